import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { ConnectionOptions } from '../actors/connection.ts';
import type { Address, BrokerDescription, NodeName } from '../broker/broker.ts';
import { CouldNotRun } from '../errors.ts';
import type { Recorder } from '../evidence/recorder.ts';
import { askUntil, deadlineMs, holdsEventually } from '../waiting/until.ts';
import { check, type Counts, type Judgement, type Wrongs } from './check.ts';
import { courseOf } from './course.ts';
import type { Fault, FaultKind, History, Publication } from './history.ts';
import { happenToNode, type HistoryCluster } from './node-faults.ts';
import { planOf, type PlannedFault } from './plan.ts';
import { HistoryPublisher } from './publisher.ts';
import { connected, type Scene } from './scene.ts';
import { HistoryConsumer } from './subscriber.ts';
import { Way } from './way.ts';

/** What is to happen. */
export interface HistoryOptions {
  /** Of each as many as it is named; the seed decides when, in which order, to whom, and how long. */
  faults: readonly FaultKind[];
  /** How many of each there are; default 2. */
  publishers?: number;
  consumers?: number;
  /** So many messages are confirmed in all, at least; default 0. */
  messages?: number;
}

/** Where a history is played. */
export interface HistoryStage {
  queue: string;
  isStream: boolean;
  seed: number;
  recorder: Recorder;
  broker(): BrokerDescription;
  access: Pick<ConnectionOptions, 'virtualHost' | 'queueType'>;
  disturb(what: 'kill' | 'restart'): Promise<void>;
  /** Of the broker, where it is a cluster: clients use all its nodes then. */
  cluster?: HistoryCluster;
  signal: AbortSignal;
}

/** What a history showed. */
export interface PlayedHistory {
  wrongs: Wrongs;
  counts: Counts;
  faults: readonly Fault[];
  /** Whether the queue was seen to be empty in the end. */
  drained: boolean;
}

/** So many messages are confirmed after the last fault. */
const afterwards = 100;

/** Plays a history from beginning to end: publishers, consumers, faults, and a drain. */
export async function playHistory(stage: HistoryStage, options: HistoryOptions): Promise<PlayedHistory> {
  const { faults: kinds, publishers = 2, consumers = 2, messages = 0 } = options;
  const began = performance.now();
  let channels = 0;
  const scene: Scene = {
    queue: stage.queue,
    isStream: stage.isStream,
    options: () => {
      const { username, password } = stage.broker();
      return { username, password, ...stage.access };
    },
    now: () => performance.now() - began,
    nextChannel: () => (channels += 1),
    progress: new EventEmitter<{ change: [] }>().setMaxListeners(0),
    signal: stage.signal,
  };
  const network = stage.recorder.actor('broker', 'network');
  const startedAt = network.saw({ direction: 'note', what: `a history of seed ${stage.seed} begins` }).at;
  const lanes = new Map(
    (stage.broker().nodes ?? []).map(({ name }) => [name, stage.recorder.actor('broker', `node ${name}`)]),
  );
  const ways = await waysTo(() => stage.broker());
  const working = {
    publishers: numbered(publishers, () => {
      const witness = stage.recorder.actor('producer', undefined);
      return new HistoryPublisher(scene, witness, () => ways.publishers.address);
    }),
    consumers: numbered(consumers, () => {
      const witness = stage.recorder.actor('consumer', undefined);
      return new HistoryConsumer(scene, witness, () => ways.consumers.address);
    }),
  };
  const all = [...working.publishers, ...working.consumers];
  const breakOff = (): void => {
    for (const each of all) each.cut();
    for (const way of Object.values(ways)) way.close();
  };
  stage.signal.addEventListener('abort', breakOff, { once: true });
  try {
    const faults: Fault[] = [];
    for (const planned of planOf(stage.seed, kinds)) {
      await moreMessages(planned.after, working, scene);
      for (const each of all) each.tell();
      faults.push(await happen(planned, { stage, ways, scene, network, lanes, working }));
      for (const each of all) each.tell();
    }
    await moreMessages(Math.max(afterwards, messages - confirmedBy(working)), working, scene);
    await Promise.all(working.publishers.map(async (each) => await each.stop()));
    const publications = working.publishers.flatMap((each) => each.publications);
    await consumed(publications, working.consumers, scene);
    await Promise.all(working.consumers.map(async (each) => await each.stop()));
    for (const each of all) each.tell();
    const rest = await drain(stage, scene);
    const history: History = {
      publications: [...publications, ...rest.publications],
      receipts: [...working.consumers.flatMap((each) => each.receipts), ...rest.receipts],
      faults,
      drained: rest.drained,
      kept: stage.isStream,
    };
    const judgement = check(history);
    stage.recorder.addCourse({ seed: stage.seed, ...courseOf(history), ...told(judgement), startedAt });
    return { ...judgement, faults, drained: rest.drained };
  } finally {
    stage.signal.removeEventListener('abort', breakOff);
    breakOff();
  }
}

/** What is judged, in the words of the evidence. */
function told({ counts, wrongs }: Judgement): {
  counts: Record<string, number>;
  wrongs: Record<string, string[]>;
} {
  const bodies = (found: readonly { body: string }[]) => found.map(({ body }) => body);
  return {
    counts,
    wrongs: Object.fromEntries(Object.entries(wrongs).map(([kind, found]) => [kind, bodies(found)])),
  };
}

function numbered<Each>(many: number, make: () => Each): Each[] {
  return Array.from({ length: many }, make);
}

interface Ways {
  publishers: Way;
  consumers: Way;
}

async function waysTo(broker: () => BrokerDescription): Promise<Ways> {
  // So that each node of a cluster has a client
  const [publishers, consumers] = await Promise.all([Way.open(inTurn(broker)), Way.open(inTurn(broker, 1))]);
  return { publishers, consumers };
}

/** The nodes of a cluster, one after the other, since a client goes to another node when its own does not let it in. */
function inTurn(broker: () => BrokerDescription, first = 0): () => Address {
  let turn = first;
  return () => {
    const { amqp, nodes = [] } = broker();
    const { length } = nodes;
    turn += 1;
    return nodes[(turn - 1) % Math.max(1, length)]?.amqp ?? amqp;
  };
}

interface Happening {
  stage: HistoryStage;
  ways: Ways;
  scene: Scene;
  network: ReturnType<Recorder['actor']>;
  /** Of the nodes of a cluster. */
  lanes: ReadonlyMap<NodeName, ReturnType<Recorder['actor']>>;
  working: Working;
}

async function happen(planned: PlannedFault, happening: Happening): Promise<Fault> {
  const { what, side, lasting, node, after } = planned;
  const { stage, ways, scene, network, lanes, working } = happening;
  const concerned = side === 'all' ? [ways.publishers, ways.consumers] : [ways[side]];
  const whose = side === 'all' ? 'all connections' : `connections of ${side}`;
  const from = scene.now();
  let struck = 0;
  if (what === 'reset') {
    for (const way of concerned) struck += way.reset();
    network.saw({ direction: 'note', what: 'reset', label: `${struck} ${whose}` });
  } else if (what === 'stall') {
    for (const way of concerned) struck += way.stall();
    const label = `${struck} ${whose}, ${lasting} ms`;
    network.saw({ direction: 'note', what: 'stall', label });
    await pause(lasting);
    for (const way of concerned) way.resume();
    network.saw({ direction: 'note', what: 'stall is over' });
  } else if (what === 'kill' || what === 'restart') {
    struck = concerned.reduce((sum, way) => sum + way.open(), 0);
    await stage.disturb(what);
  } else {
    if (stage.cluster === undefined) throw new CouldNotRun(`The broker has no nodes, for a ${what}.`);
    const isOfAll = what === 'rolling kill';
    const address = isOfAll ? undefined : addressOf(stage.broker(), node);
    struck = ways.publishers.open(address) + ways.consumers.open(address);
    const tells = (of: NodeName, happened: string) =>
      lanes.get(of)?.saw({ direction: 'note', what: happened });
    await happenToNode({ what, node, tells }, stage.cluster, () => moreMessages(after, working, scene));
    return { what, ...(isOfAll ? {} : { node }), from, to: scene.now(), struck };
  }
  return { what, from, to: scene.now(), struck };
}

function addressOf({ nodes = [], amqp }: BrokerDescription, node: NodeName): Address {
  return nodes.find(({ name }) => name === node)?.amqp ?? amqp;
}

interface Working {
  publishers: readonly HistoryPublisher[];
  consumers: readonly HistoryConsumer[];
}

function confirmedBy({ publishers }: Working): number {
  return publishers.reduce((sum, each) => sum + each.confirmed, 0);
}

/** Waits until so many more are confirmed, and a quarter as many delivered; or the broker does not do that in time. */
async function moreMessages(many: number, working: Working, { progress }: Scene): Promise<void> {
  const { consumers } = working;
  const confirmed = () => confirmedBy(working);
  const delivered = () => consumers.reduce((sum, { receipts }) => sum + receipts.length, 0);
  const wanted = { confirmed: confirmed() + many, delivered: delivered() + many / 4 };
  await holdsEventually(progress, () => confirmed() >= wanted.confirmed && delivered() >= wanted.delivered);
}

/** Waits until the consumers have got all that was confirmed, or nothing more comes. */
async function consumed(
  publications: readonly Publication[],
  consumers: readonly HistoryConsumer[],
  { progress }: Scene,
): Promise<void> {
  const missing = new Set(publications.filter(({ told }) => told === 'confirmed').map(({ body }) => body));
  const seen = consumers.map(() => 0);
  const missed = (): number => {
    for (const [index, { receipts }] of consumers.entries()) {
      for (const { body } of receipts.slice(seen[index])) missing.delete(body);
      seen[index] = receipts.length;
    }
    return missing.size;
  };
  for (const consumer of consumers) consumer.hurry();
  let before: number;
  do {
    before = missed();
    await holdsEventually(progress, () => missed() === 0 || missed() <= before - 100, patienceMs());
  } while (missed() > 0 && missed() < before);
}

function patienceMs(): number {
  return Math.min(deadlineMs(), 5_000);
}

/**
 * Takes what the consumers have left, if anything: with a message after it that tells where it ends.
 *
 * @throws CouldNotRun when the broker can't be asked whether anything is left
 */
async function drain(
  stage: HistoryStage,
  scene: Scene,
): Promise<Pick<History, 'publications' | 'receipts' | 'drained'>> {
  const [lister, drainer] = [
    stage.recorder.actor('producer', 'last publisher'),
    stage.recorder.actor('consumer', 'drain'),
  ];
  const direct = (): { host: string; port: number } => stage.broker().amqp;
  const last = new HistoryPublisher(scene, lister, direct, 1);
  const rest = new HistoryConsumer(scene, drainer, direct);
  rest.hurry();
  try {
    await last.ended();
    const [marker] = last.publications;
    const came = () => rest.receipts.some(({ body }) => body === marker?.body);
    await holdsEventually(scene.progress, came, patienceMs());
    await rest.stop();
    const isLeft = stage.isStream ? 0 : await left(stage, scene);
    last.tell();
    rest.tell();
    return { publications: last.publications, receipts: rest.receipts, drained: isLeft === 0 };
  } finally {
    last.cut();
    rest.cut();
  }
}

/** How many messages are ready; a quorum queue may tell of an earlier moment for a while. */
async function left(stage: HistoryStage, scene: Scene): Promise<number> {
  const witness = stage.recorder.actor('client', 'last look');
  const connection = await connected(scene, witness, () => stage.broker().amqp);
  if (connection === undefined) throw new CouldNotRun('The history was broken off.');
  try {
    const channel = await connection.channel();
    const { messageCount } = await askUntil(
      async () => await channel.declareQueuePassively(scene.queue),
      ({ messageCount: ready }) => ready === 0,
      { within: patienceMs() },
    );
    stage.recorder.addCounters({ queue: scene.queue, ready: messageCount, witness: 'amqp' });
    return messageCount;
  } finally {
    await connection.dispose();
  }
}
