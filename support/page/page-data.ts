import type { Excluded } from '../claim/excluded.ts';
import type { QueueType } from '../broker/queue-type.ts';
import type { TrialResult } from '../verdict/trial.ts';
import type { Changes } from '../report/changes.ts';
import type { SystematicCounts } from '../proof/systematic/rate.ts';
import type { Matrix } from '../matrix/matrix.ts';

/** A trial that shows that a spec can't be trusted. */
export interface BadTrial {
  claim: string;
  queueType?: QueueType;
  mutant: string;
  /** Completes "A broker that …". */
  says: string;
  result: TrialResult;
  message?: string;
}

/** All that the page knows without unpacking anything: it stands in it as JSON. */
export interface PageData {
  /** One broker or many. */
  matrix: Matrix;
  /** Documented behaviours of which no claim speaks, and why. */
  excluded: readonly Excluded[];
  /** Since an earlier run, if one was named. */
  changes?: Changes;
  /** What `pnpm prove` has to complain of; absent: the page is not of it. */
  badTrials?: readonly BadTrial[];
  /** How many systematic mutants were killed, by the ids of the columns of brokers on which all were tried. */
  systematic?: Readonly<Record<string, SystematicCounts>>;
  /** Where the Allure report of the same run lies, from the page. */
  allure?: string;
  /** The fragment with which it opens, where its address has none: `#compare/rabbitmq-3.10.8/rabbitmq-4.3.6`. */
  opensAt?: string;
}
