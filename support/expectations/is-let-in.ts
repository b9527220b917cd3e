import { isOfBroker } from './of-broker.ts';

/**
 * Whether the broker lets a connection in, which is closed again: for what counts a moment after it was caused.
 *
 * @throws what came in between that is none of the broker's
 */
export async function isLetIn(opening: Promise<{ close(): Promise<void> }>): Promise<boolean> {
  try {
    await (await opening).close();
    return true;
  } catch (error) {
    if (isOfBroker(error)) return false;
    throw error;
  }
}
