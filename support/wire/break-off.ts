import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/**
 * Breaks a TCP connection off: by RST where that is possible.
 *
 * Not while its own end (FIN) is under way: Node.js takes such a socket for closed and keeps its handle for ever, and a
 * worker thread that has one never ends. Nor while something is to be written: a reset waits for that, for ever where
 * the peer reads nothing.
 */
export function breakOff(socket: Socket): void {
  const ending = socket.writableEnded && !socket.writableFinished;
  if (socket instanceof TLSSocket || ending || socket.writableLength > 0) socket.destroy();
  else socket.resetAndDestroy();
}
