import { methodNames } from '../../wire/method-lookup.ts';
import { Command, type MethodName, repliesTo } from '../../wire/index.ts';
import { held } from '../rule.ts';
import { isAnswer } from './said-by.ts';
import { ofMethod, type Said, type SystematicMutant } from './systematic-mutant.ts';

/** So long something waits for what is said next on its channel, in milliseconds; then it goes on as it is. */
const longestWaitMs = 300;

/** Each method swallowed, said twice, and put behind the next one of its channel. */
export function occurrenceMutants(method: Said): SystematicMutant[] {
  return [swallowed(method), saidTwice(method), ...(isAlone(method.name) ? [] : [putBehind(method)])];
}

/** A client that asked something gets the usual answer all the same. */
function swallowed(method: Said): SystematicMutant {
  const isAsked =
    method.from === 'client' && repliesTo(method.name).length > 0 && !isOfConnection(method.name);
  return ofMethod(
    method,
    {
      kind: 'swallowed',
      what: 'swallowed',
      ...(isAsked ? { says: 'and answers, and does nothing' } : { never: true, says: '' }),
    },
    () => (moment) => {
      if (isAsked) moment.answer();
      return [];
    },
  );
}

/** Who asked something is answered once. */
function saidTwice(method: Said): SystematicMutant {
  return ofMethod(method, { kind: 'said twice', what: 'twice', says: 'twice' }, () => ({ command, ask }) => {
    const again = new Command(command.name, command.frames);
    if (method.from === 'broker' || repliesTo(method.name).length === 0 || isOfConnection(method.name))
      return [command, again];
    ask(again);
    return [command];
  });
}

function putBehind(method: Said): SystematicMutant {
  return ofMethod(
    method,
    { kind: 'put behind', what: 'behind', says: 'only after what is said next on its channel' },
    () => {
      const waiting = new WeakMap<object, { command: Command; timer: NodeJS.Timeout }>();
      return ({ channel, command, later }) => {
        const before = waiting.get(channel);
        if (before !== undefined) {
          waiting.delete(channel);
          clearTimeout(before.timer);
          return [command, before.command];
        }
        if (command.name !== method.name) return undefined;
        const release = (): void => {
          waiting.delete(channel);
          later(command);
        };
        waiting.set(channel, { command, timer: setTimeout(release, longestWaitMs).unref() });
        return held;
      };
    },
    new Set(methodNames),
  );
}

/** Whether whoever says it waits for the answer before anything else is said on the channel, or nothing can follow. */
function isAlone(name: MethodName): boolean {
  return (
    isOfConnection(name) || (!isAnswer(name) && repliesTo(name).length > 0) || name.startsWith('channel.')
  );
}

function isOfConnection(name: MethodName): boolean {
  return name.startsWith('connection.');
}
