import type { Questioner } from './questioner.ts';
import type { Reading, Transcript } from './reading.ts';

/** How a broker is asked for an extension. */
export interface Question {
  /** What it is asked to do, in a sentence. */
  asks: string;
  /**
   * The conversation.
   *
   * @throws DoesNotHave when the broker refuses what it is about; Refused or NoAnswer when it does not come so far
   */
  talk(broker: Questioner): Promise<Transcript>;
  /** What its course says. */
  read(transcript: Transcript): Reading;
}
