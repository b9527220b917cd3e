import type { ManagementRule } from './management/rule.ts';
import type { Mutant, Rule, Witness } from './mutant.ts';
import { type AmqpRule, type FrameRule, held, type Moment } from './rule.ts';
import type { Command } from '../wire/index.ts';

/** Mutants that only look on. */
interface Watch {
  /** Changes nothing, and has each mutant look at all that is said. */
  readonly mutant: Mutant;
  /** What there was for them to do by now. */
  readonly seen: () => Watched;
}

/** Plain data. */
export interface Watched {
  /** The names of the mutants that would have changed something. */
  stirred: string[];
  /** How many would not. */
  still: number;
}

/**
 * Watches what mutants would do with a spec. Up to the first thing that one of them would change, it sees the
 * traffic of a broker that is right: one that stays still could not have made any difference.
 *
 * @param name of the mutant that changes nothing
 */
export function watching({ name, says }: Pick<Mutant, 'name' | 'says'>, mutants: readonly Mutant[]): Watch {
  const stirred = new Set<string>();
  const begin = (): Rule[] =>
    mutants.flatMap((mutant) =>
      mutant.begin().map((rule) =>
        onlyWatching(rule, {
          still: () => !stirred.has(mutant.name),
          stirs: () => stirred.add(mutant.name),
        }),
      ),
    );
  return {
    mutant: { name, says, begin },
    seen: () => ({ stirred: [...stirred], still: mutants.length - stirred.size }),
  };
}

/** A mutant that is watched. */
interface Onlooker {
  still(): boolean;
  stirs(): void;
}

function onlyWatching(rule: Rule, onlooker: Onlooker): Rule {
  if (rule.kind === 'amqp') return watchedMethods(rule, onlooker);
  if (rule.kind === 'management') return watchedRequests(rule, onlooker);
  if (rule.kind === 'heartbeats withheld') return witness(`heartbeat of the ${rule.from}`, onlooker);
  if (rule.kind === 'served elsewhere') return witness(`connection to node ${rule.node}`, onlooker);
  if (rule.kind === 'frames') return watchedFrames(rule, onlooker);
  if (rule.kind === 'ends withheld') return witness('end of a connection by the broker', onlooker);
  return rule.kind === 'tls' ? witness('connection over TLS', onlooker) : rule;
}

function witness(of: Witness['of'], { stirs }: Onlooker): Witness {
  return { kind: 'witness', of, saw: stirs };
}

function watchedFrames(rule: FrameRule, { still, stirs }: Onlooker): FrameRule {
  return {
    ...rule,
    begin: () => {
      const act = rule.begin();
      return (frame) => {
        if (still() && act(frame) !== undefined) stirs();
        return undefined;
      };
    },
  };
}

function watchedMethods(rule: AmqpRule, { still, stirs }: Onlooker): AmqpRule {
  return {
    ...rule,
    begin: () => {
      const act = rule.begin();
      /** What a rule keeps back for a while, and then sends on as it is, was not changed. */
      const kept = new WeakSet<Command>();
      return (moment) => {
        if (!still()) return undefined;
        const later = (command: Command): void => {
          if (!kept.has(command)) stirs();
        };
        try {
          const outcome = act(withoutHands(moment, stirs, later));
          if (outcome === held) kept.add(moment.command);
          else if (outcome !== undefined) stirs();
        } catch {
          // What it does with something that it can't understand, only trying it shows
          stirs();
        }
        return undefined;
      };
    },
  };
}

/** The same moment, in which nothing can be done. */
function withoutHands(moment: Moment, acts: () => void, later: Moment['later']): Moment {
  return {
    ...moment,
    later,
    toClient: acts,
    toBroker: acts,
    answer: acts,
    ask: acts,
    refuse: acts,
    breakConnection: acts,
    hangUp: acts,
    revive: acts,
  };
}

function watchedRequests(rule: ManagementRule, { still, stirs }: Onlooker): ManagementRule {
  return {
    kind: 'management',
    begin: () => {
      const change = rule.begin();
      return (answer, request) => {
        if (still() && JSON.stringify(change(answer, request)) !== JSON.stringify(answer)) stirs();
        return answer;
      };
    },
    swallows: (request) => {
      if (rule.swallows?.(request) === true) stirs();
      return false;
    },
    sends: (body, request) => {
      if (rule.sends !== undefined && JSON.stringify(rule.sends(body, request)) !== JSON.stringify(body))
        stirs();
      return body;
    },
  };
}
