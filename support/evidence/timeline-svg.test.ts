import * as fc from 'fast-check';
import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';

import type { Evidence, EvidenceEvent } from './evidence.ts';
import { timelineSvg } from './timeline-svg.ts';

const tasks = { kind: 'queue', name: 'tasks' } as const;
function publish(at: number, label: string): EvidenceEvent {
  return {
    at,
    actor: 'producer',
    kind: 'producer',
    direction: 'out',
    what: 'basic.publish',
    label,
    via: tasks,
  };
}
function deliver(at: number, actor: string, label: string): EvidenceEvent {
  return {
    at,
    actor,
    kind: 'consumer',
    direction: 'in',
    what: 'basic.deliver',
    label,
    via: tasks,
  };
}
function evidenceOf(events: EvidenceEvent[], more: Partial<Evidence> = {}): Evidence {
  return {
    startedAt: 0,
    events,
    counters: [],
    omitted: 0,
    ...more,
  };
}

/** What a reader reads, piece by piece, in the order of the drawing. */
function texts(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>(?<content>.*?)<\/text>/g)].map((match) =>
    (match.groups?.['content'] ?? '').replaceAll(/<[^>]*>/g, ''),
  );
}

function xOfHead(svg: string, name: string): number {
  return Number(new RegExp(`<text x="(\\d+)" y="\\d+" class="n"[^>]*>${name}</text>`).exec(svg)?.[1]);
}

describe('the picture of a timeline', () => {
  test('has a lane for each: producers, exchanges, queues, consumers, management, from left to right', () => {
    const svg = timelineSvg(
      evidenceOf([
        { ...publish(1, 'x'), actor: 'api', kind: 'management', what: 'GET', direction: 'out' },
        deliver(2, 'odd', '1'),
        { ...publish(3, '1'), via: { kind: 'exchange', name: 'logs' } },
        { ...publish(4, '1'), actor: 'worker.js', kind: 'program', what: 'basic.consume' },
      ]),
      'Lanes',
    );
    const places = ['producer', 'logs', 'tasks', 'odd', 'worker.js', 'api'].map((name) => xOfHead(svg, name));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(new Set(places).size).toBe(6);
  });

  test('draws equal events of one actor that follow each other as one, but keeps a change of actors', () => {
    const numbers = Array.from({ length: 20 }, (_value, index) => index + 1);
    const svg = timelineSvg(
      evidenceOf([
        ...numbers.map((number) => publish(number, String(number))),
        deliver(31, 'odd', '1'),
        deliver(32, 'even', '2'),
        deliver(33, 'odd', '3'),
      ]),
      'Groups',
    );
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        'basic.publish ×20 (1 … 20)',
        'basic.deliver 1',
        'basic.deliver 2',
        'basic.deliver 3',
      ]),
    );
  });

  test('keeps a redelivery apart from the deliveries around it, and says so', () => {
    const events = [1, 2, 3, 4].map((at) => ({
      ...deliver(at, 'odd', 'a'),
      fields: { redelivered: at === 4 },
    }));
    expect(texts(timelineSvg(evidenceOf(events), 'Again'))).toEqual(
      expect.arrayContaining(['basic.deliver ×3 (a)', 'basic.deliver a, redelivered']),
    );
  });

  test('says of a settlement whether it is of several messages, and whether they go back', () => {
    const settle = (at: number, what: string, fields: EvidenceEvent['fields']): EvidenceEvent => ({
      ...deliver(at, 'odd', '3'),
      direction: 'out',
      what,
      ...(fields === undefined ? {} : { fields }),
    });
    const events = [
      settle(1, 'basic.ack', { multiple: true }),
      settle(2, 'basic.ack', { multiple: false }),
      settle(3, 'basic.nack', { multiple: true, requeue: false }),
      settle(4, 'basic.reject', { requeue: true }),
    ];
    expect(texts(timelineSvg(evidenceOf(events), 'Settled'))).toEqual(
      expect.arrayContaining([
        'basic.ack 3, multiple',
        'basic.ack 3',
        'basic.nack 3, multiple, no requeue',
        'basic.reject 3, requeue',
      ]),
    );
  });

  test('is told in words to who can not see it', () => {
    const svg = timelineSvg(
      evidenceOf([publish(1, 'a'), publish(2, 'b'), deliver(30.6, 'odd', 'a')]),
      'consuming/round-robin',
    );
    expect(svg).toContain('<title>Timeline: consuming/round-robin</title>');
    expect(svg).toContain(
      '<desc>producer: basic.publish ×2. odd: basic.deliver. At the end, after 31 ms: odd, basic.deliver a.</desc>',
    );
  });

  test('says how many events of a long run it leaves out, and how many were never recorded', () => {
    const events = Array.from({ length: 1_000 }, (_value, index) =>
      deliver(index, index % 2 === 0 ? 'odd' : 'even', String(index)),
    );
    const svg = timelineSvg(evidenceOf(events, { omitted: 7 }), 'Long');
    expect(texts(svg)).toEqual(
      expect.arrayContaining([
        'basic.deliver 0',
        'basic.deliver 999',
        '⋯ 920 more events stand in the text ⋯',
        '⋯ 7 more events were not recorded ⋯',
      ]),
    );
    expect(svg.length).toBeLessThan(30_000);
  });

  test('lets many consumers share a lane, and names them at their arrows', () => {
    const events = Array.from({ length: 50 }, (_value, index) => deliver(index, `worker ${index}`, 'x'));
    const shown = texts(timelineSvg(evidenceOf(events), 'Many'));
    expect(shown).toContain('45 more');
    expect(shown.join('\n')).toContain('worker 49: basic.deliver');
  });

  test('shows pauses, counters where they changed, and a restart across all lanes', () => {
    const counters = [1, 2, 1_502].map((at) => ({
      at,
      queue: 'tasks',
      ready: at > 2 ? 0 : 3,
      consumers: 1,
      witness: 'amqp' as const,
    }));
    const svg = timelineSvg(
      evidenceOf(
        [
          publish(0, 'one'),
          { at: 1_501, actor: 'broker', kind: 'broker', direction: 'note', what: 'restart' },
        ],
        { counters },
      ),
      'Restart',
    );
    expect(texts(svg).filter((text) => /ready|⋮|restart/.test(text))).toEqual([
      '[ 3 ready, 1 consumer ]',
      '⋮ 1,500 ms ⋮',
      'restart',
      '[ 0 ready, 1 consumer ]',
    ]);
    expect(svg).toContain('<rect class="k"');
  });

  test('is well-formed whatever names and messages hold, and says so when nothing was recorded', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(anything, anything, anything, (actor, label, title) => {
        const events = [
          { ...publish(1, label), actor },
          { ...publish(2, label), via: { kind: 'queue' as const, name: label } },
        ];
        const svg = timelineSvg(evidenceOf(events), title);
        expect(XMLValidator.validate(svg)).toBe(true);
        expect(svg.trimEnd()).not.toMatch(/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u);
      }),
    );
    expect(texts(timelineSvg(evidenceOf([]), 'Nothing'))).toContain('Nothing was recorded.');
  });
});
