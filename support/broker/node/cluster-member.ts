import { open, readFile } from 'node:fs/promises';

import { execa } from 'execa';

import { CouldNotRun } from '../../errors.ts';
import { askUntil } from '../../waiting/until.ts';
import { waitUntilAnswering } from '../answering.ts';
import type { Address, NodeName } from '../broker.ts';
import type { Member } from '../cluster/member.ts';
import type { BrokerIdentity } from '../handshake.ts';
import { ProcessGroup } from '../processes/process-group.ts';
import { administrator } from '../rabbitmq/configuration.ts';
import { orders, virtualHostsStarted } from '../rabbitmq/told-by-lines.ts';
import { evaluatedBy } from './evaluate.ts';
import { makeNodeFolder, type MemberOptions, type NodeFolder } from './folder.ts';
import type { Installation } from './installation.ts';
import { logSince, saysThatStartIsComplete, tail } from './log.ts';

const bootDeadlineMs = 90_000;
const stopDeadlineMs = 60_000;
const controlDeadlineMs = 100_000;

/** A node of a cluster that runs as a process of this user. */
export class ProcessMember implements Member {
  readonly name: NodeName;
  readonly erlangName: string;
  readonly #installation: Installation;
  readonly #folder: NodeFolder;
  readonly #hasManagement: boolean;
  #process: ProcessGroup | undefined;

  private constructor(
    name: NodeName,
    installation: Installation,
    folder: NodeFolder,
    { erlangName, cluster }: MemberOptions,
  ) {
    this.name = name;
    this.erlangName = erlangName;
    this.#installation = installation;
    this.#folder = folder;
    this.#hasManagement = cluster.management;
  }

  static async prepare(
    name: NodeName,
    installation: Installation,
    options: MemberOptions,
  ): Promise<ProcessMember> {
    return new ProcessMember(name, installation, await makeNodeFolder(installation, options), options);
  }

  get amqp(): Address {
    return this.#folder.amqp;
  }

  get managementUrl(): string {
    const { host, port } = this.#folder.management;
    return `http://${host}:${port}`;
  }

  get end(): string | undefined {
    return this.#process === undefined ? 'it was not started' : this.#process.end;
  }

  async boot(signal: AbortSignal): Promise<BrokerIdentity> {
    const { amqp, password, serverEnvironment, logFile } = this.#folder;
    signal.throwIfAborted();
    const log = await open(logFile, 'a');
    const { size: before } = await log.stat();
    try {
      this.#process = await ProcessGroup.start([this.#installation.server], {
        env: serverEnvironment,
        output: log.fd,
      });
    } finally {
      await log.close();
    }
    const running = this.#process;
    await askUntil(
      async () => await this.#printedFrom(before),
      (printed) => saysThatStartIsComplete(printed) || signal.aborted || running.end !== undefined,
      { within: bootDeadlineMs, interval: 50 },
    );
    if (running.end === undefined && !signal.aborted)
      await this.evaluate(virtualHostsStarted, bootDeadlineMs);
    return await waitUntilAnswering({
      amqp,
      username: administrator,
      password,
      virtualHost: '/',
      ...(this.#hasManagement ? { managementUrl: this.managementUrl } : {}),
      deadlineMs: bootDeadlineMs,
      signal,
      started: async () => saysThatStartIsComplete(await this.#printedFrom(before)),
      ended: async () =>
        running.end === undefined ? undefined : `${running.end}\n${tail(await this.log(0))}`,
    });
  }

  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  async stop(): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.end !== undefined) return;
    const late = setTimeout(() => void running.kill(), stopDeadlineMs);
    running.tell(orders.stop);
    const end = await running.ended();
    clearTimeout(late);
    await running.kill();
    if (end !== 'exit code 0')
      throw new CouldNotRun(`Node ${this.name} did not stop gracefully: ${end}.\n${tail(await this.log(0))}`);
  }

  async pause(): Promise<void> {
    this.#process?.signal('SIGSTOP');
  }

  async resume(): Promise<void> {
    this.#process?.signal('SIGCONT');
  }

  async evaluate(expression: string, within: number): Promise<string> {
    const running = this.#process;
    if (running === undefined || this.end !== undefined)
      throw new CouldNotRun(`Node ${this.name} does not run: ${this.end}.`);
    return await evaluatedBy(running, this.#folder.logFile, expression, within);
  }

  async control(args: readonly string[]): Promise<string> {
    const result = await execa(this.#installation.control, ['-n', this.erlangName, ...args], {
      env: this.#folder.controlEnvironment,
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      timeout: controlDeadlineMs,
    });
    if (result.failed) {
      throw new CouldNotRun(
        `rabbitmqctl ${args.join(' ')}: ${result.shortMessage}\n${result.stderr || result.stdout}`,
      );
    }
    return result.stdout;
  }

  async log(since: number): Promise<string> {
    return logSince(await this.#printedFrom(0), since);
  }

  async remove(): Promise<void> {
    await this.#process?.kill();
    await this.#folder.remove();
  }

  async #printedFrom(offset: number): Promise<string> {
    const printed = await readFile(this.#folder.logFile).catch(() => Buffer.alloc(0));
    return printed.toString('utf8', offset);
  }
}
