import type { Command, MethodName } from '../../wire/index.ts';
import { sameOctets } from '../edit.ts';
import type { Mutant, MutantException } from '../mutant.ts';
import { type Act, type AmqpRule, type Moment, type Outcome, type Side } from '../rule.ts';

/** What of a method a systematic mutant changes. */
export type SystematicKind =
  | 'bit'
  | 'field'
  | 'body'
  | 'property'
  | 'header'
  | 'argument'
  | 'swallowed'
  | 'said twice'
  | 'put behind';

/** A mutant that follows from the table of methods. */
export interface SystematicMutant extends Mutant {
  readonly kind: SystematicKind;
  /** Who says the method that it changes. */
  readonly from: Side;
  readonly method: MethodName;
  /** The field, property or key that it changes, where it changes one: `mandatory`, `x-max-length`. */
  readonly subject?: string;
}

/** The method of which a mutant is made, and who says it. */
export interface Said {
  readonly from: Side;
  readonly name: MethodName;
}

/** What a mutant is called, and what it does. */
interface About {
  kind: SystematicKind;
  /** Ends its name: `mandatory/flipped`. */
  what: string;
  /** Completes "hears basic.publish …" or "says basic.deliver …". */
  says: string;
  never?: true;
  exceptions?: readonly MutantException[];
}

/** Who is meant by the broker's ear and mouth: `hears/basic.publish/mandatory/flipped`. */
const verbs = { client: 'hears', broker: 'says' } as const;

/** A mutant of one method. @param begin what it does, made anew for each run of a proxy */
export function ofMethod(
  { from, name }: Said,
  { kind, what, says, never, exceptions }: About,
  begin: () => Act,
  methods: AmqpRule['methods'] = new Set([name]),
): SystematicMutant {
  // The last but one of `headers/x-death/count/dropped`
  const subject = what.split('/').at(-2);
  const rule: AmqpRule = { kind: 'amqp', from, methods, begin };
  return {
    name: `${verbs[from]}/${name}/${what}`,
    says: [...(never === undefined ? [] : ['never']), verbs[from], name, says].join(' ').trim(),
    kind,
    from,
    method: name,
    ...(subject === undefined ? {} : { subject }),
    begin: () => [rule],
    ...(exceptions === undefined ? {} : { exceptions }),
  };
}

/** A mutant that changes each of the methods, where that makes a difference. @param to `undefined`: it does not concern it */
export function ofEach(
  said: Said,
  about: About,
  to: (command: Command, moment: Moment) => Command | undefined,
): SystematicMutant {
  return ofMethod(said, about, () => (moment) => {
    const changed = to(moment.command, moment);
    return changed === undefined || sameOctets(changed, moment.command)
      ? undefined
      : passedOn(changed, moment);
  });
}

/** A delivery has the tag that it was given, also where that is another one than its receiver expects. */
function passedOn(changed: Command, { command, toClient }: Moment): Outcome {
  const isRenumbered =
    (changed.is('basic.deliver') &&
      command.is('basic.deliver') &&
      changed.arguments.deliveryTag !== command.arguments.deliveryTag) ||
    (changed.is('basic.get-ok') &&
      command.is('basic.get-ok') &&
      changed.arguments.deliveryTag !== command.arguments.deliveryTag);
  if (!isRenumbered) return [changed];
  const { properties, body } = changed;
  toClient(changed.name, changed.arguments, { properties, body });
  return [];
}
