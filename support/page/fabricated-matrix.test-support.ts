import { outcomeName } from '../verdict/outcome-name.ts';
import { outcomesOf } from '../matrix/alike.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { Evidence, EvidenceEvent } from '../evidence/evidence.ts';
import type { Details } from '../matrix/merge.ts';
import type { Matrix, MatrixCell, MatrixColumn, MatrixRow } from '../matrix/matrix.ts';

/** Made-up results of brokers: their matrix, and the details as the page takes them. */
export interface FabricatedMatrix {
  matrix: Matrix;
  details: Map<string, Details>;
}

const killed = {
  mutant: 'stuck-turn',
  says: 'serves the same consumer twice in a row',
  result: 'killed',
  message: 'odd was to receive exactly 3 messages in this order: ["1","3","5"]',
} as const;

interface FabricatedClaim extends Partial<Omit<MatrixRow, 'id' | 'cells'>> {
  /** By the id of the broker; a verdict, or more of a cell. */
  on: Record<string, Verdict | (Partial<MatrixCell> & Pick<MatrixCell, 'verdict'>)>;
}

/** A made-up broker. */
export function column(id: string, title: string, more: Partial<MatrixColumn> = {}): MatrixColumn {
  return {
    id,
    title,
    source: `${id.replace(/-(?=\d)/, ':')}-management`,
    provider: 'container',
    startedAt: '2026-11-20T10:00:00.000Z',
    endedAt: '2026-11-20T10:00:41.000Z',
    profile: 'fixtures/profiles/rabbitmq.json',
    rerun: `BROKER=container BROKER_IMAGE=${id} pnpm test`,
    findings: [],
    problems: [],
    notRun: 0,
    ...more,
  };
}

/** A made-up comparison of claims; every spec that started has evidence. */
export function matrixOf(columns: MatrixColumn[], claims: Record<string, FabricatedClaim>): FabricatedMatrix {
  const rows = Object.entries(claims).map(([id, claim]) => rowOf(id, claim));
  const details = new Map<string, Details>();
  for (const { id, cells } of rows) {
    for (const [broker, cell] of Object.entries(cells)) {
      for (const { type, outcome } of outcomesOf(cell)) {
        if (outcome.verdict === 'not applicable' || outcome.verdict === 'not testable') continue;
        details.set(`${broker} ${outcomeName(id, type)}`, {
          evidence: evidenceOf(id, outcome.errors.length === 0 ? 6 : 3),
          trials: outcome.verdict === 'proven' ? [killed] : [],
          allure: `allure/index.html#${outcomeName(id, type)}`,
        });
      }
    }
  }
  return {
    matrix: { schemaVersion: 1, madeAt: '2026-11-20T11:00:00.000Z', columns, rows },
    details,
  };
}

function rowOf(id: string, { on, ...more }: FabricatedClaim): MatrixRow {
  const area = id.slice(0, id.indexOf('/'));
  const cells = Object.entries(on).map(([broker, cell]): [string, MatrixCell] => [
    broker,
    { duration: 41.5, errors: [], ...(typeof cell === 'string' ? { verdict: cell } : cell) },
  ]);
  return {
    id,
    area,
    topic: 'Dispatch',
    file: `specs/${area}/dispatch.spec.ts`,
    says: `The broker does ${id}.`,
    documented: [{ title: `RabbitMQ documentation: ${area}`, url: `https://www.rabbitmq.com/docs/${area}` }],
    tags: [],
    needs: [],
    refutedBy: [{ name: killed.mutant, says: killed.says }],
    queueTypes: [],
    regressions: [],
    ...more,
    cells: Object.fromEntries(cells),
  };
}

/** So many messages, published and delivered in turn to two consumers. */
function evidenceOf(id: string, messages: number): Evidence {
  const via = { kind: 'queue' as const, name: `${id.replace('/', '.')}.queue-1` };
  const producer = { actor: 'producer 1', kind: 'producer', connection: 2, channel: 1 } as const;
  const arrangement = { actor: 'arrangement', kind: 'client', connection: 1 } as const;
  let at = 0.4;
  const later = (): number => (at += 0.3171);
  const events: EvidenceEvent[] = [
    {
      at,
      ...arrangement,
      direction: 'out',
      what: 'connection.open',
      fields: { virtualHost: 'brokerproof.shared' },
    },
    {
      at: later(),
      ...arrangement,
      channel: 1,
      direction: 'out',
      what: 'queue.declare',
      via,
      fields: { durable: true },
    },
    { at: later(), ...producer, direction: 'out', what: 'confirm.select' },
  ];
  for (let number = 1; number <= messages; number += 1) {
    const label = String(number);
    events.push({
      at: later(),
      ...producer,
      direction: 'out',
      what: 'basic.publish',
      via,
      label,
      fields: { exchange: '', routingKey: via.name },
    });
  }
  for (let number = 1; number <= messages; number += 1) {
    const consumer = {
      actor: number % 2 === 1 ? 'odd' : 'even',
      kind: 'consumer',
      connection: 3 + (number % 2),
      channel: 1,
    } as const;
    const fields = { deliveryTag: Math.ceil(number / 2), redelivered: false };
    events.push(
      {
        at: later(),
        ...consumer,
        direction: 'in',
        what: 'basic.deliver',
        via,
        label: String(number),
        fields,
      },
      {
        at: later(),
        ...consumer,
        direction: 'out',
        what: 'basic.ack',
        via,
        fields: { deliveryTag: fields.deliveryTag },
      },
    );
  }
  const counters = [
    { at: 1.5, queue: via.name, ready: messages, unacknowledged: 0, consumers: 0, witness: 'management' },
    { at: later(), queue: via.name, ready: 0, unacknowledged: 0, consumers: 2, witness: 'management' },
  ] as const;
  return { startedAt: Date.parse('2026-11-20T10:00:00Z'), events, counters: [...counters], omitted: 0 };
}
