import type { NodeName } from '../../broker/broker.ts';
import type { MethodName } from '../../wire/index.ts';
import type { ManagementRule } from '../management/rule.ts';
import type { Mutant, TlsRule, Witness } from '../mutant.ts';
import type { Act, Administrator, AmqpRule, FrameAct, Side } from '../rule.ts';
import { Topology } from './topology.ts';

interface ActiveRule {
  readonly methods: AmqpRule['methods'];
  readonly act: Act;
}

interface ActiveManagementRule extends Pick<ManagementRule, 'swallows' | 'asks' | 'sends'> {
  readonly change: ReturnType<ManagementRule['begin']>;
}

/** A mutant at work: what it remembers, over all connections of a proxy. */
export class MutantAtWork {
  readonly topology = new Topology();
  readonly administrator: Administrator | undefined;
  /** How often it changed something. */
  fired = 0;
  /** The error by which a rule failed, where it did; it could not go on then. */
  failure: unknown;
  /** Whether it has rules for methods. */
  readonly rewrites: boolean;
  /** The rules for the management API, in their order. */
  readonly management: readonly ActiveManagementRule[];
  /** What is wrong with its TLS listener. */
  readonly tls: ReadonlySet<TlsRule['wrong']>;
  /** Whose heartbeats never arrive. */
  readonly withholdsHeartbeats: ReadonlySet<Side>;
  /** Which node serves those who connect to another one. */
  readonly servedBy: ReadonlyMap<NodeName, NodeName>;
  /** Whether nobody sees that the broker ends a connection. */
  readonly withholdsEnds: boolean;
  /** What is done with the frames of each side, in its order. */
  readonly frames: Record<Side, readonly FrameAct[]>;
  readonly #witnesses: readonly Witness[];
  readonly #rules: Record<Side, readonly ActiveRule[]>;
  readonly #byName: Record<Side, Map<MethodName, readonly Act[]>> = { client: new Map(), broker: new Map() };

  constructor(mutant: Mutant, administrator: Administrator | undefined) {
    this.administrator = administrator;
    const rules = mutant.begin();
    const begun = rules
      .filter((rule) => rule.kind === 'amqp')
      .map((rule) => ({ from: rule.from, methods: rule.methods, act: rule.begin() }));
    this.rewrites = begun.length > 0;
    this.#rules = {
      client: begun.filter(({ from }) => from === 'client'),
      broker: begun.filter(({ from }) => from === 'broker'),
    };
    this.management = rules
      .filter((rule) => rule.kind === 'management')
      .map((rule) => ({ ...rule, change: rule.begin() }));
    this.tls = new Set(rules.filter((rule) => rule.kind === 'tls').map(({ wrong }) => wrong));
    this.servedBy = new Map(
      rules.filter((rule) => rule.kind === 'served elsewhere').map(({ node, by }) => [node, by]),
    );
    this.withholdsEnds = rules.some(({ kind }) => kind === 'ends withheld');
    const ofFrames = rules
      .filter((rule) => rule.kind === 'frames')
      .map((rule) => ({ from: rule.from, act: rule.begin() }));
    const actsOn = (side: Side): FrameAct[] =>
      ofFrames.filter(({ from }) => from === side).map(({ act }) => act);
    this.frames = { client: actsOn('client'), broker: actsOn('broker') };
    this.#witnesses = rules.filter((rule) => rule.kind === 'witness');
    this.withholdsHeartbeats = new Set(
      rules.filter((rule) => rule.kind === 'heartbeats withheld').map(({ from }) => from),
    );
  }

  /** Tells whom it may concern. */
  saw(what: Witness['of']): void {
    for (const witness of this.#witnesses) if (witness.of === what) witness.saw();
  }

  /** The rules that concern a method of this side, in their order. */
  acts(from: Side, name: MethodName): readonly Act[] {
    const known = this.#byName[from].get(name);
    if (known !== undefined) return known;
    const acts = this.#rules[from]
      .filter(({ methods }) => methods?.has(name) ?? !name.startsWith('connection.'))
      .map(({ act }) => act);
    this.#byName[from].set(name, acts);
    return acts;
  }
}
