import type { NodeName } from '../../broker/broker.ts';
import {
  type Command,
  methodName,
  type MethodArguments,
  type MethodName,
  WireError,
} from '../../wire/index.ts';
import { methods } from '../../wire/methods.ts';
import { made, withArguments } from '../edit.ts';
import { held, type Moment, type Side } from '../rule.ts';
import { Channel, type Pending } from './channel.ts';
import { addConsumer, arrived, given, settled } from './deliveries.ts';
import type { Settling } from './delivery-tags.ts';
import { isAnswered, usualReply } from './replies.ts';
import type { MutantAtWork } from './mutant-at-work.ts';

/** Where a dialogue's words go. */
export interface Peers {
  say(to: Side, command: Command): void;
  /** What was said outside of receiving something has to leave too. */
  flush(): void;
  /** Ends the connections once all is said. */
  end(): void;
  /** The largest frame was agreed upon. */
  agreed(frameMax: number): void;
}

/**
 * What one client and the broker say to each other, method by method, with a mutant between them that
 * neither notices: who is answered, numbered and closed by whom stays as each of them expects it.
 */
export class Dialogue {
  readonly #atWork: MutantAtWork;
  readonly #peers: Peers;
  readonly #node: NodeName | undefined;
  readonly #channels = new Map<number, Channel>();
  #virtualHost = '/';
  #frameMax = 0;
  /** The client was told that the connection is closed. */
  #broken = false;

  /** @param node of the cluster to which the client is connected; absent: it is none */
  constructor(atWork: MutantAtWork, peers: Peers, node?: NodeName) {
    this.#atWork = atWork;
    this.#peers = peers;
    this.#node = node;
  }

  heard(from: Side, command: Command): void {
    try {
      if (from === 'client') this.#clientSaid(command);
      else this.#brokerSaid(command);
    } catch (error) {
      // What the proxy can't understand, the receiver has to judge
      if (!(error instanceof WireError)) throw error;
      this.#peers.say(from === 'client' ? 'broker' : 'client', command);
    }
  }

  #clientSaid(command: Command): void {
    if (this.#broken) {
      if (command.is('connection.close-ok')) this.#peers.end();
      return;
    }
    if (command.is('channel.open')) this.#open(command.channel);
    const channel = this.#channel(command.channel);
    if (channel.refused) {
      channel.refused = !command.is('channel.close-ok');
      return;
    }
    if (command.is('connection.open')) this.#virtualHost = command.arguments.virtualHost.toString();
    if (command.is('confirm.select')) channel.confirming = true;
    const number =
      command.is('basic.publish') && channel.confirming ? channel.sequence.published() : undefined;
    this.#atWork.topology.note(this.#virtualHost, command);
    let own = number;
    for (const outcome of this.#judged('client', command, channel, { number })) {
      this.#tellBroker(outcome, channel, command, own);
      own = undefined;
    }
  }

  #tellBroker(command: Command, channel: Channel, asked: Command, number: bigint | undefined): void {
    if (command.is('basic.publish')) {
      if (channel.confirming) channel.sequence.forwarded(number);
    } else if (command.is('basic.ack') || command.is('basic.nack') || command.is('basic.reject')) {
      for (const each of settled(command, channel)) this.#peers.say('broker', each);
      return;
    } else if (command.is('basic.qos')) channel.qos = command.arguments;
    else if (command.is('connection.tune-ok')) {
      this.#frameMax = command.arguments.frameMax;
      this.#peers.agreed(this.#frameMax);
    }
    if (isAnswered(command)) channel.asks({ question: command, asked });
    else if (command.is('basic.consume')) addConsumer(channel, command.arguments.consumerTag, asked, command);
    this.#peers.say('broker', command);
  }

  #brokerSaid(said: Command): void {
    if (this.#broken) return;
    const channel = this.#channel(said.channel);
    if (channel.left) {
      if (!said.is('channel.close-ok')) return;
      channel.left = false;
      if (channel.farewell !== undefined) this.#peers.say('client', channel.farewell);
      channel.farewell = undefined;
      return;
    }
    const pending = channel.answered(said);
    if (pending !== undefined && pending.asked === undefined) return;
    const unanswered = said.is('channel.close') ? channel.givesUp() : [];
    const command = pending?.reply?.(said) ?? blamed(said, unanswered);
    const request = pending?.asked;
    if (command.is('basic.ack') || command.is('basic.nack')) {
      this.#confirmed(command, channel);
      return;
    }
    if (command.is('basic.consume-ok') && pending !== undefined) {
      addConsumer(
        channel,
        command.arguments.consumerTag,
        pending.asked ?? pending.question,
        pending.question,
      );
    } else if (command.is('basic.recover-ok')) channel.tags.recovered();

    const settling = arrived(command, channel, pending);
    const outcomes = this.#judged('broker', command, channel, { request, unanswered, settling });
    if (settling !== undefined && outcomes.length === 0) channel.tags.lost();
    for (const outcome of outcomes) this.#peers.say('client', given(outcome, channel));
  }

  /** Each message alone, so that it does not matter which ones the broker confirms at once. */
  #confirmed(command: Command<'basic.ack'> | Command<'basic.nack'>, channel: Channel): void {
    const { deliveryTag, multiple } = command.arguments;
    const { diverged } = channel.sequence;
    const single = (tag: bigint): Command =>
      command.is('basic.ack')
        ? withArguments(command, { deliveryTag: tag, multiple: false })
        : withArguments(command, { deliveryTag: tag, multiple: false });
    const each = channel.sequence
      .confirmed(deliveryTag, multiple)
      .map((tag) => (tag === deliveryTag && !multiple ? command : single(tag)));
    const outcomes = each.map((confirm) => this.#judged('broker', confirm, channel, {}));
    const untouched = outcomes.every((outcome, index) => outcome.length === 1 && outcome[0] === each[index]);
    channel.confirmsChanged ||= !untouched;
    // One for several would confirm what the mutant has not confirmed as well
    if (!channel.confirmsChanged && !diverged) this.#peers.say('client', command);
    else for (const outcome of outcomes.flat()) this.#peers.say('client', given(outcome, channel));
  }

  /** What the rules make of it. */
  #judged(from: Side, command: Command, channel: Channel, about: Circumstances): readonly Command[] {
    let commands: readonly Command[] = [command];
    for (const act of this.#atWork.acts(from, command.name)) {
      commands = commands.flatMap((each) => {
        const outcome = act(this.#moment(from, each, channel, about));
        if (outcome === undefined) return [each];
        if (outcome !== held) this.#atWork.fired += 1;
        return outcome;
      });
    }
    return commands;
  }

  #moment(from: Side, command: Command, channel: Channel, about: Circumstances): Moment {
    const number = command.channel;
    return {
      command,
      request: about.request,
      unanswered: (about.unanswered ?? []).flatMap(({ asked }) => asked ?? []),
      sequenceNumber: about.number,
      confirming: channel.confirming,
      frameMax: this.#frameMax,
      node: this.#node,
      connection: this,
      channel,
      topology: this.#atWork.topology,
      virtualHost: this.#virtualHost,
      administrator: this.#atWork.administrator,
      awaited: about.settling?.forBroker ?? false,
      toClient: (name, values, content) =>
        this.#peers.say('client', made(number, name, values, content, this.#frameMax)),
      toBroker: (name, values) => this.#peers.say('broker', made(number, name, values)),
      answer: (reply = () => usualReply(command), question) => {
        if (isAnswered(command))
          this.#ask(channel, { question: question ?? idle(channel), asked: command, reply });
      },
      ask: (question) => {
        this.#ask(channel, { question });
        this.#peers.flush();
      },
      later: (late) => {
        if (from === 'client') this.#tellBroker(late, channel, late, undefined);
        else this.#peers.say('client', given(late, channel));
        this.#peers.flush();
      },
      refuse: (replyCode, replyText) =>
        this.#refuse(channel, (about.request ?? command).name, replyCode, replyText),
      breakConnection: (close) => this.#break(close),
      hangUp: () => {
        this.#broken = true;
        this.#peers.end();
      },
      revive: (instead) => this.#revive(channel, command, about.unanswered ?? [], instead),
    };
  }

  #ask(channel: Channel, pending: Pending): void {
    channel.asks(pending);
    this.#peers.say('broker', pending.question);
  }

  #refuse(channel: Channel, name: MethodName, replyCode: number, replyText: string): void {
    const [classId, methodId] = methods[name].id;
    channel.refused = true;
    channel.left = true;
    // Not earlier than the broker has closed it: a client opens the next channel under the same number at once
    channel.farewell = made(channel.number, 'channel.close', { replyCode, replyText, classId, methodId });
    this.#peers.say('broker', made(channel.number, 'channel.close', { replyCode: 200 }));
  }

  #break(close: Partial<MethodArguments<'connection.close'>>): void {
    this.#broken = true;
    this.#peers.say('client', made(0, 'connection.close', close));
    this.#peers.say('broker', made(0, 'connection.close', { replyCode: 200 }));
  }

  #revive(
    channel: Channel,
    close: Command,
    unanswered: readonly Pending[],
    instead: Command | undefined,
  ): void {
    if (!close.is('channel.close')) throw new TypeError(`${close.name} leaves nothing to revive.`);
    const { number } = channel;
    const failed = methodName(close.arguments.classId, close.arguments.methodId);
    this.#peers.say('broker', made(number, 'channel.close-ok'));
    this.#ask(channel, { question: made(number, 'channel.open') });
    if (channel.confirming) this.#ask(channel, { question: made(number, 'confirm.select') });
    channel.tags.restarted();
    for (const tag of channel.sequence.restarted())
      this.#peers.say('client', made(number, 'basic.ack', { deliveryTag: tag }));

    this.#ask(channel, { question: idle(channel) });
    for (const [index, pending] of unanswered.entries()) {
      if (index > 0 || pending.question.name !== failed) this.#ask(channel, pending);
      else if (instead !== undefined) this.#ask(channel, { ...pending, question: instead });
      else if (pending.asked !== undefined) {
        const { asked } = pending;
        this.#ask(channel, { question: idle(channel), asked, reply: () => usualReply(asked) });
      }
    }
  }

  /** A channel begins anew; what the broker still says of an old one with its number does not count. */
  #open(number: number): void {
    const before = this.#channels.get(number);
    const channel = new Channel(number);
    channel.left = before?.left ?? false;
    this.#channels.set(number, channel);
  }

  #channel(number: number): Channel {
    const known = this.#channels.get(number);
    if (known !== undefined) return known;
    const channel = new Channel(number);
    this.#channels.set(number, channel);
    return channel;
  }
}

/** What a rule is told of a moment beside its command. */
interface Circumstances {
  number?: bigint | undefined;
  request?: Command | undefined;
  unanswered?: readonly Pending[];
  settling?: Settling | undefined;
}

/** A question without effect: the prefetch that the channel has already. */
function idle(channel: Channel): Command {
  return made(channel.number, 'basic.qos', channel.qos);
}

/** Blames what the client asked, where something else that was asked in its place has failed. */
function blamed(said: Command, unanswered: readonly Pending[]): Command {
  const [failed] = unanswered;
  if (!said.is('channel.close') || failed?.asked === undefined) return said;
  const { classId, methodId } = said.arguments;
  const { question, asked } = failed;
  if (question.name === asked.name || methodName(classId, methodId) !== question.name) return said;
  const [askedClass, askedMethod] = methods[asked.name].id;
  return withArguments(said, { classId: askedClass, methodId: askedMethod });
}
