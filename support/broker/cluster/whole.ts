import { CouldNotRun, messageOf } from '../../errors.ts';
import { askUntil } from '../../waiting/until.ts';
import type { Access, Address } from '../broker.ts';
import { ask, NoAnswerInTime } from '../handshake.ts';
import type { Member } from './member.ts';

/** How long a node may take to tell something of itself, in milliseconds. */
const answerMs = 5_000;
/** Longest time until nodes that do not hear each other say so: the tick, and a quarter more, on a busy machine. */
const noticeMs = 30_000;
/** How long a client waits for an answer that is not to come, in milliseconds; it usually takes four or five. */
const silenceMs = 1_000;

/** Whether the broker runs on a node, whom it is connected with, how many run as it sees it, and who it says is lost. */
const condition = [
  'rabbit:is_running()',
  'nodes()',
  'length(case erlang:function_exported(rabbit_nodes, list_running, 0) of true -> rabbit_nodes:list_running(); false -> rabbit_nodes:all_running() end)',
  '[P || {_, [_ | _]} = P <- case catch rabbit_node_monitor:partitions() of L when is_list(L) -> L; _ -> [] end]',
].join(', ');

/**
 * Waits until the cluster is whole: every node says that it runs, sees all the others and answers clients.
 *
 * @param within milliseconds
 * @throws CouldNotRun with what was seen last
 */
export async function untilWhole(members: readonly Member[], access: Access, within: number): Promise<void> {
  const lacking = await askUntil(
    async () => (await Promise.all(members.map((member) => whyNotWhole(member, members, access)))).join(''),
    (why) => why === '',
    { within, interval: 100 },
  );
  if (lacking !== '') throw new CouldNotRun(`The cluster is not whole: ${lacking}`);
}

async function whyNotWhole(member: Member, members: readonly Member[], access: Access): Promise<string> {
  try {
    const told = await member.evaluate(`{${condition}}`, answerMs);
    const others = members.filter((other) => other !== member);
    const isWhole =
      told.startsWith('{true,') &&
      told.replaceAll(/\s/g, '').endsWith(',3,[]}') &&
      others.every(({ erlangName }) => told.includes(erlangName));
    if (!isWhole) return `${member.name} says ${told}. `;
    await ask({ amqp: member.amqp, ...access }, { within: answerMs });
    return '';
  } catch (error) {
    return `${member.name}: ${messageOf(error)} `;
  }
}

/**
 * Waits until a node says that it is not connected with another one.
 *
 * @throws CouldNotRun when it goes on to be
 */
export async function untilApart(one: Member, other: Member): Promise<void> {
  const peers = await askUntil(
    async () => await one.evaluate('nodes()', answerMs),
    (seen) => !seen.includes(other.erlangName),
    { within: noticeMs, interval: 50 },
  );
  if (peers.includes(other.erlangName))
    throw new CouldNotRun(`Node ${one.name} still sees ${other.name}: it says ${peers}.`);
}

/** @throws CouldNotRun when a client is let in there */
export async function expectNobodyLetIn(name: string, amqp: Address, access: Access): Promise<void> {
  try {
    await ask({ amqp, ...access }, { within: silenceMs });
  } catch {
    return;
  }
  throw new CouldNotRun(`A client is still let in by node ${name}.`);
}

/** It is told by another process, which a busy machine may not let do so at once. */
const suspensionMs = 5_000;

/** @throws CouldNotRun when a node goes on answering clients, or refuses them */
export async function expectSuspended(member: Pick<Member, 'name' | 'amqp'>, access: Access): Promise<void> {
  const { name, amqp } = member;
  const said = await askUntil(
    async () =>
      await ask({ amqp, ...access }, { within: silenceMs }).then(
        () => 'it answers a client',
        (error: unknown) => (error instanceof NoAnswerInTime ? undefined : messageOf(error)),
      ),
    (answer) => answer === undefined,
    { within: suspensionMs, interval: 50 },
  );
  if (said !== undefined) throw new CouldNotRun(`Node ${name} is not suspended: ${said}.`);
}
