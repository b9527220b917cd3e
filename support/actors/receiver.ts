import type { EventEmitter } from 'node:events';
import type { Recorder } from '../evidence/recorder.ts';
import type { ReceivedMessage } from './messages.ts';

/** Something that messages are delivered to: a consumer, or a program that prints what it gets. Emits `change`. */
export interface Receiver extends EventEmitter {
  readonly name: string;
  readonly recorder: Recorder;
  readonly deliveries: readonly ReceivedMessage[];
  /** Whether nothing can come any more. */
  readonly ended: boolean;
  /** Why it ended, if the spec did not end it. */
  readonly end: Error | undefined;
  /**
   * Waits until all that was sent to it so far has arrived.
   *
   * @param expected how many messages should have come by now
   * @throws CouldNotRun where fewer have, and the broker answers nobody in time
   */
  caughtUp(expected: number): Promise<void>;
}
