import type { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection, type ConnectionOptions } from '../actors/connection.ts';
import { messageOf } from '../errors.ts';
import { Recorder, type Witness } from '../evidence/recorder.ts';

/** Milliseconds between two attempts to connect. */
const retryMs = 100;

/** What all actors of a history share. */
export interface Scene {
  queue: string;
  /** A stream keeps what was read: a consumer asks for what comes after that. */
  isStream: boolean;
  /** How clients connect at this moment; the address is that of their way. */
  options(): Omit<ConnectionOptions, 'name' | 'host' | 'port'>;
  /** Milliseconds since the history began. */
  now(): number;
  /** A number for a channel that no other has. */
  nextChannel(): number;
  /** Emits `change` when a message was confirmed or delivered. */
  progress: EventEmitter<{ change: [] }>;
  /** Aborted when the history is broken off. */
  signal: AbortSignal;
}

/** Connects until it succeeds; `undefined` when the history is broken off, or `goesOn` says no more. */
export async function connected(
  scene: Scene,
  witness: Witness,
  address: () => { host: string; port: number },
  goesOn: () => boolean = () => true,
): Promise<Connection | undefined> {
  let told = false;
  while (!scene.signal.aborted && goesOn()) {
    try {
      // What it says in detail is too much to look at
      const own = new Recorder().actor(witness.kind, witness.name);
      const connection = await Connection.open(
        { ...scene.options(), ...address(), name: witness.name },
        1,
        own,
      );
      if (!scene.signal.aborted) return connection;
      connection.cut();
    } catch (error) {
      if (!told) witness.saw({ direction: 'note', what: 'connection refused', label: firstLineOf(error) });
      told = true;
      await pause(retryMs);
    }
  }
  return undefined;
}

export function firstLineOf(error: unknown): string {
  return messageOf(error).split('\n', 1)[0] ?? '';
}
