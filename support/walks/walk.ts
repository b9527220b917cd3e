import * as fc from 'fast-check';
import { UsageError } from '../errors.ts';
import type { Witness } from '../evidence/recorder.ts';
import { deadlineMs, withDeadline } from '../waiting/until.ts';
import { Departure } from './conversation.ts';
import { Lane, type Surroundings } from './lane.ts';
import { conversations, type Step } from './steps.ts';

/** Where a walk takes place. */
export interface WalkStage extends Surroundings {
  /** Of the first conversation; the second one has the next. */
  seed: number;
  /** How many conversations there are. */
  many: number;
  /** Whose timeline tells of the first conversation, and of the one in which the broker departs from the model. */
  witness: Witness;
}

/** What a walk has shown. */
export interface Walked {
  conversations: number;
  /** How many messages were delivered, and how many of them again. */
  delivered: number;
  again: number;
  /** The shortest conversation that was found in which the broker departs from the model, in words, and with which seed it comes first. */
  departure?: string;
}

/**
 * How many conversations a walk has: the environment's `WALKS`.
 *
 * @throws UsageError when it is no number
 */
export function walksOfRun({ WALKS: given }: NodeJS.ProcessEnv = process.env): number {
  if (given === undefined || given === '') return 200;
  const many = Number(given);
  if (Number.isInteger(many) && many > 0) return many;
  throw new UsageError(
    `WALKS=${given} is no number of conversations.`,
    'Give a whole number above 0: WALKS=20000.',
  );
}

/** So many conversations are held at once; a proof holds those of many mutants beside each other. */
const atOnce = 4;
/** How long a shorter conversation waits for what the broker owes, in milliseconds: many are tried, within a deadline. */
const hurryMs = 300;
const maxSeed = 2 ** 31;

/**
 * Holds conversations at random, each about a queue of its own, and compares what the broker gives with a model. One in which
 * they differ ends the walk, and is made as short as can be.
 */
export async function walk(stage: WalkStage): Promise<Walked> {
  const walked: Walked = { conversations: 0, delivered: 0, again: 0 };
  /** Of conversations in which the broker departs from the model; for the first one the shortest is looked for. */
  const departed: number[] = [];
  const oneByOne = async (): Promise<void> => {
    const lane = new Lane(stage);
    while (walked.conversations < stage.many && departed.length === 0) {
      const seed = (stage.seed + walked.conversations) % maxSeed;
      let witness = walked.conversations === 0 ? stage.witness : undefined;
      walked.conversations += 1;
      const found = await departureIn(seed, async (steps) => {
        // Somebody else looks for the shortest
        if (departed.length > 0 && departed[0] !== seed) return;
        try {
          const told = witness;
          witness = undefined;
          const { delivered, again } = await lane.hold(steps, told);
          walked.delivered += delivered;
          walked.again += again;
        } catch (error) {
          if (error instanceof Departure) departed.push(seed);
          throw error;
        }
      });
      if (found === undefined || departed[0] !== seed) continue;
      const { told } = await confirmed(found, lane, stage.witness);
      walked.departure = `${told.join('; ')} (SEED=${seed} begins with it)`;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, oneByOne));
  return walked;
}

/**
 * Holds conversations at random beside each other, with one restart of the broker in the middle of all, and compares what the
 * broker gives with a model. One in which they differ is told as it was held.
 *
 * @param restart goes on when the broker is there again
 */
export async function walkAcrossRestart(stage: WalkStage, restart: () => Promise<void>): Promise<Walked> {
  const walked: Walked = { conversations: stage.many, delivered: 0, again: 0 };
  const seeds = Array.from({ length: stage.many }, (_, each) => (stage.seed + each) % maxSeed);
  let left = seeds.length;
  let allArrived = (): void => {};
  const restarted = new Promise<void>((resolve) => {
    allArrived = resolve;
  }).then(restart);
  // Who has departed from the model before it waits for nobody, and nobody for it
  const arrives = (): void => {
    left -= 1;
    if (left === 0) allArrived();
  };
  await Promise.all(
    seeds.map(async (seed, number) => {
      const [before, after] = fc.sample(conversations, { seed, numRuns: 2 });
      let hasArrived = false;
      const happens = async (): Promise<void> => {
        hasArrived = true;
        arrives();
        await restarted;
      };
      try {
        const witness = number === 0 ? stage.witness : undefined;
        const counts = await new Lane(stage).hold(before ?? [], witness, { happens, after: after ?? [] });
        walked.delivered += counts.delivered;
        walked.again += counts.again;
      } catch (error) {
        if (!hasArrived) arrives();
        if (!(error instanceof Departure)) throw error;
        walked.departure ??= `${error.told.join('; ')} (SEED=${seed} begins with it)`;
      }
    }),
  );
  await restarted;
  return walked;
}

/** Where the broker departed from the model. */
interface Found {
  first: Departure;
  /** The shortest way there. */
  steps: Iterable<Step>;
}

/** Holds the conversation of a seed, and if the broker departs from the model in it, ever shorter ones. */
async function departureIn(
  seed: number,
  hold: (steps: Iterable<Step>) => Promise<void>,
): Promise<Found | undefined> {
  let first: Departure | undefined;
  let until = Infinity;
  let broken: unknown;
  const property = fc.asyncProperty(conversations, async (steps) => {
    if (broken !== undefined || performance.now() > until) return;
    const patience = first === undefined ? deadlineMs() : Math.min(hurryMs, deadlineMs());
    try {
      await withDeadline(patience, async () => await hold(steps));
    } catch (error) {
      if (error instanceof Departure) {
        if (first === undefined) until = performance.now() + deadlineMs();
        first ??= error;
        throw error;
      }
      // In a hurry, a busy machine may seem to be a broken one
      if (first === undefined) broken = error;
    }
  });
  const { counterexample } = await fc.check(property, { seed, numRuns: 1 });
  if (broken !== undefined) throw broken;
  return first === undefined || counterexample === null ? undefined : { first, steps: counterexample[0] };
}

/** Holds it once more, without hurry, and for the timeline; if nothing is to be seen then, the first one stands. */
async function confirmed({ first, steps }: Found, lane: Lane, witness: Witness): Promise<Departure> {
  try {
    await lane.hold(steps, witness);
    return first;
  } catch (error) {
    return error instanceof Departure ? error : first;
  }
}
