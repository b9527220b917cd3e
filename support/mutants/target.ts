import {
  type BasicProperties,
  Command,
  type MethodArguments,
  type MethodName,
  repliesTo,
} from '../wire/index.ts';
import { made, sameOctets, withArguments, withBody, withProperties } from './edit.ts';
import { type AmqpRule, held, type Moment, type Outcome, type Side } from './rule.ts';

/** Methods that clients say: `fromClient('queue.bind').swallow()`. Without a name: all but those of the connection. */
export function fromClient<Name extends MethodName = MethodName>(...names: Name[]): Target<Name> {
  return new Target('client', names);
}

/** Methods that the broker says: `fromBroker('basic.deliver').duplicate()`. */
export function fromBroker<Name extends MethodName = MethodName>(...names: Name[]): Target<Name> {
  return new Target('broker', names);
}

type Condition<Name extends MethodName> = (values: MethodArguments<Name>, moment: Moment<Name>) => boolean;

/** Which methods a rule rewrites, and from there on how: an operator each. */
export class Target<Name extends MethodName> {
  readonly #from: Side;
  readonly #names: readonly Name[];
  /** Each made anew for a run of the proxy, since they may count. */
  readonly #conditions: readonly (() => Condition<Name>)[];

  constructor(from: Side, names: readonly Name[], conditions: readonly (() => Condition<Name>)[] = []) {
    this.#from = from;
    this.#names = names;
    this.#conditions = conditions;
  }

  /** Only those for which this holds. */
  where(condition: Condition<Name>): Target<Name> {
    return this.#with(() => condition);
  }

  /** Only this one of them, counted from 1 over all connections of a spec. */
  nth(occurrence: number): Target<Name> {
    return this.#with(() => {
      let seen = 0;
      return () => {
        seen += 1;
        return seen === occurrence;
      };
    });
  }

  /** Other arguments, where that makes a difference. */
  change(
    to:
      | Partial<MethodArguments<Name>>
      | ((values: MethodArguments<Name>, moment: Moment<Name>) => Partial<MethodArguments<Name>>),
  ): AmqpRule {
    return this.does(() => (moment) => {
      const { command } = moment;
      const values = typeof to === 'function' ? to(command.arguments, moment) : to;
      return changed(command, withArguments(command, values));
    });
  }

  /** Other properties of the message, where that makes a difference. */
  changeProperties(to: (properties: BasicProperties, moment: Moment<Name>) => BasicProperties): AmqpRule {
    return this.does(() => (moment) => {
      const { command } = moment;
      return changed(command, withProperties(command, to(command.properties, moment)));
    });
  }

  /** Another body of the message, where that makes a difference. */
  changeBody(to: (body: Buffer) => Uint8Array): AmqpRule {
    return this.does(() => (moment) => {
      const { command, frameMax } = moment;
      const body = to(command.body);
      return command.body.equals(body) ? undefined : [withBody(command, body, frameMax)];
    });
  }

  /** They never arrive; the client gets the usual answer to those that have one. */
  swallow(): AmqpRule {
    return this.does(() => (moment) => {
      if (this.#from === 'client' && repliesTo(moment.command.name).length > 0) moment.answer();
      return [];
    });
  }

  /** They arrive twice. */
  duplicate(): AmqpRule {
    return this.does(() => ({ command }) => [command, new Command(command.name, command.frames)]);
  }

  /**
   * The first with the second, the third with the fourth, and so on, for each channel: what arrives in their
   * place. One that stays alone for 300 ms arrives as it is.
   *
   * @param begins which may be the first of a pair; the others do not wait for one. Default: all
   */
  inPairs(
    to: (first: Command<Name>, second: Command<Name>) => readonly Command[],
    begins: (first: Command<Name>) => boolean = () => true,
  ): AmqpRule {
    return this.does(() => {
      const waiting = new WeakMap<object, { command: Command<Name>; timer: NodeJS.Timeout }>();
      return ({ channel, command, later }) => {
        const first = waiting.get(channel);
        if (first !== undefined) {
          waiting.delete(channel);
          clearTimeout(first.timer);
          return to(first.command, command);
        }
        if (!begins(command)) return undefined;
        const release = (): void => {
          waiting.delete(channel);
          later(command);
        };
        waiting.set(channel, { command, timer: setTimeout(release, 300).unref() });
        return held;
      };
    });
  }

  /** Something else arrives in their place. */
  replace<Other extends MethodName>(
    name: Other,
    values: (values: MethodArguments<Name>, moment: Moment<Name>) => Partial<MethodArguments<Other>>,
  ): AmqpRule {
    return this.does(() => (moment) => {
      const { command } = moment;
      return [made(command.channel, name, values(command.arguments, moment))];
    });
  }

  /** Anything. @param begin is called once for each run of a proxy, and may remember something */
  does(begin: () => (moment: Moment<Name>) => Outcome): AmqpRule {
    const names: ReadonlySet<MethodName> = new Set(this.#names);
    return {
      kind: 'amqp',
      from: this.#from,
      methods: names.size === 0 ? undefined : names,
      begin: () => {
        const conditions = this.#conditions.map((condition) => condition());
        const act = begin();
        return (moment) => {
          if (!isOf<Name>(moment, names)) return undefined;
          const { arguments: values } = moment.command;
          return conditions.every((condition) => condition(values, moment)) ? act(moment) : undefined;
        };
      },
    };
  }

  #with(condition: () => Condition<Name>): Target<Name> {
    return new Target(this.#from, this.#names, [...this.#conditions, condition]);
  }
}

function changed(command: Command, other: Command): Outcome {
  return sameOctets(command, other) ? undefined : [other];
}

function isOf<Name extends MethodName>(
  moment: Moment,
  names: ReadonlySet<MethodName>,
): moment is Moment & Moment<Name> {
  return names.size === 0 || names.has(moment.command.name);
}
