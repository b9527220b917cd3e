/** What the broker answered to a publish in confirm mode; `none`: nothing at all. */
export type Confirmation = 'ack' | 'nack' | 'none';

/** What the broker confirmed, by sequence number from 1: each entry all that came for it, so that twice would show. */
export class Confirmations extends Map<number, Confirmation[]> {
  /** @param multiple whether all are meant up to this number that were not confirmed before */
  add(confirmation: Confirmation, sequenceNumber: number, multiple: boolean): void {
    const first = multiple ? 1 : sequenceNumber;
    for (let sequence = first; sequence <= sequenceNumber; sequence += 1) {
      const known = this.get(sequence);
      if (known === undefined) this.set(sequence, [confirmation]);
      else if (!multiple) known.push(confirmation);
    }
  }
}
