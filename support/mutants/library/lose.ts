import type { Moment } from '../rule.ts';

/** Loses a delivery for good: nobody will get it. For `basic.get`, as if the queue were empty. */
export function lose({ command, awaited, toBroker, toClient }: Moment<'basic.deliver' | 'basic.get-ok'>): [] {
  if (awaited) toBroker('basic.ack', { deliveryTag: command.arguments.deliveryTag });
  if (command.is('basic.get-ok')) toClient('basic.get-empty');
  return [];
}
