import { expect, test } from 'vitest';
import type { Command, MethodArguments } from '../../wire/index.ts';
import { made } from '../edit.ts';
import { confirmLost } from '../library/index.ts';
import { Dialogue } from './dialogue.ts';
import { MutantAtWork } from './mutant-at-work.ts';

test('a confirm that a mutant has left out stays so when the broker confirms others at once', () => {
  const confirmed: Partial<MethodArguments<'basic.ack'>>[] = [];
  const dialogue = new Dialogue(new MutantAtWork(confirmLost(1), undefined), {
    say: (to, said: Command) => {
      if (to === 'client' && said.is('basic.ack')) confirmed.push(said.arguments);
    },
    flush: () => {},
    end: () => {},
    agreed: () => {},
  });
  dialogue.heard('client', made(1, 'channel.open'));
  dialogue.heard('client', made(1, 'confirm.select'));
  for (let left = 3; left > 0; left -= 1) dialogue.heard('client', made(1, 'basic.publish'));

  dialogue.heard('broker', made(1, 'basic.ack', { deliveryTag: 1n }));
  dialogue.heard('broker', made(1, 'basic.ack', { deliveryTag: 3n, multiple: true }));

  expect(confirmed).toEqual([
    { deliveryTag: 2n, multiple: false },
    { deliveryTag: 3n, multiple: false },
  ]);
});
