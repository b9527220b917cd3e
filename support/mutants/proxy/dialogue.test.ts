import { expect, test } from 'vitest';
import type { Command, MethodArguments } from '../../wire/index.ts';
import { made } from '../edit.ts';
import { confirmLost } from '../library/index.ts';
import { mutant } from '../mutant.ts';
import { held } from '../rule.ts';
import { fromBroker } from '../target.ts';
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

test('a delivery that a mutant gives with a confirm is settled at the broker as any other', () => {
  const settled: Partial<MethodArguments<'basic.ack'>>[] = [];
  const late = mutant('late', 'gives what it delivers with the next confirm', () => {
    const waiting: Command[] = [];
    return [
      fromBroker('basic.deliver').does(() => ({ command }) => {
        waiting.push(command);
        return held;
      }),
      fromBroker('basic.ack').does(() => ({ command }) => [...waiting.splice(0), command]),
    ];
  });
  const dialogue = new Dialogue(new MutantAtWork(late, undefined), {
    say: (to, said: Command) => {
      if (to === 'broker' && said.is('basic.ack')) settled.push(said.arguments);
    },
    flush: () => {},
    end: () => {},
    agreed: () => {},
  });
  dialogue.heard('client', made(1, 'channel.open'));
  dialogue.heard('client', made(1, 'confirm.select'));
  dialogue.heard('client', made(1, 'basic.publish'));
  dialogue.heard('broker', made(1, 'basic.deliver', { consumerTag: 'a', deliveryTag: 1n }));
  dialogue.heard('broker', made(1, 'basic.ack', { deliveryTag: 1n }));

  dialogue.heard('client', made(1, 'basic.ack', { deliveryTag: 1n, multiple: true }));

  expect(settled).toEqual([{ deliveryTag: 1n, multiple: false }]);
});
