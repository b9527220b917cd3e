import { claim, docs, expect, mutants, type Stage } from '#support';

type Client = Awaited<ReturnType<Stage['client']>>;
type Channel = Awaited<ReturnType<Client['channel']>>;

const rights = ['configure', 'write', 'read'] as const;
type Right = (typeof rights)[number];

/** What operations are tried on; permissions go by how a name begins. */
type Resource = 'queue' | 'exchange' | 'target' | 'amq.default';

/** An operation, and what it needs by the documentation. */
interface Operation {
  method: string;
  /** What is special about it: `with an alternate exchange`. */
  how?: string;
  on: readonly Resource[];
  needs: Partial<Record<Right, Resource>>;
  /** @param nth tells this attempt from all others */
  by: (channel: Channel, nth: number) => Promise<unknown>;
}

const declaring: readonly Operation[] = [
  {
    method: 'queue.declare',
    on: ['queue'],
    needs: { configure: 'queue' },
    by: (channel) => channel.declareQueue('queue-declared'),
  },
  {
    method: 'queue.delete',
    on: ['queue'],
    needs: { configure: 'queue' },
    by: (channel) => channel.deleteQueue('queue'),
  },
  {
    method: 'exchange.declare',
    on: ['exchange'],
    needs: { configure: 'exchange' },
    by: (channel) => channel.declareExchange('exchange-declared', 'fanout'),
  },
  {
    method: 'exchange.delete',
    on: ['exchange'],
    needs: { configure: 'exchange' },
    by: (channel) => channel.deleteExchange('exchange'),
  },
];

const deadLettering: Operation = {
  method: 'queue.declare',
  how: 'with a dead letter exchange',
  on: ['queue', 'target'],
  needs: { configure: 'queue', write: 'target', read: 'queue' },
  // RabbitMQ looks at that right when it makes the queue
  by: (channel, nth) =>
    channel.declareQueue(`queue-${nth}`, { arguments: { 'x-dead-letter-exchange': 'target' } }),
};

const withAlternate: Operation = {
  method: 'exchange.declare',
  how: 'with an alternate exchange',
  on: ['exchange', 'target'],
  needs: { configure: 'exchange', write: 'target', read: 'exchange' },
  by: (channel, nth) =>
    channel.declareExchange(`exchange-${nth}`, 'fanout', {
      arguments: { 'alternate-exchange': 'target' },
    }),
};

const binding: readonly Operation[] = [
  {
    method: 'queue.bind',
    on: ['queue', 'exchange'],
    needs: { write: 'queue', read: 'exchange' },
    by: (channel) => channel.bindQueue('queue', 'exchange'),
  },
  {
    method: 'queue.unbind',
    on: ['queue', 'exchange'],
    needs: { write: 'queue', read: 'exchange' },
    by: (channel) => channel.unbindQueue('queue', 'exchange'),
  },
  {
    method: 'exchange.bind',
    on: ['exchange', 'target'],
    needs: { write: 'target', read: 'exchange' },
    by: (channel) => channel.bindExchange('target', 'exchange'),
  },
  {
    method: 'exchange.unbind',
    on: ['exchange', 'target'],
    needs: { write: 'target', read: 'exchange' },
    by: (channel) => channel.unbindExchange('target', 'exchange'),
  },
];

const publishing: readonly Operation[] = [
  {
    method: 'basic.publish',
    on: ['exchange', 'queue'],
    needs: { write: 'exchange' },
    by: (channel) => published(channel, 'exchange'),
  },
  {
    method: 'basic.publish',
    how: 'to the default exchange',
    on: ['amq.default', 'queue'],
    needs: { write: 'amq.default' },
    by: (channel) => published(channel, ''),
  },
];

const reading: readonly Operation[] = [
  {
    method: 'basic.get',
    on: ['queue'],
    needs: { read: 'queue' },
    by: (channel) => channel.get('queue', { noAck: true }),
  },
  {
    method: 'basic.consume',
    on: ['queue'],
    needs: { read: 'queue' },
    by: (channel) => channel.consume('queue', { noAck: true }),
  },
  {
    method: 'queue.purge',
    on: ['queue'],
    needs: { read: 'queue' },
    by: (channel) => channel.purgeQueue('queue'),
  },
];

const misleading = [mutants.errorCodeChanged(403, 405), mutants.channelErrorsBreakTheConnection];

claim(
  'permissions/refused-403',
  {
    says: 'Declaring and deleting, publishing, and what reads from a queue need the one right that the documentation tells, on the name that it tells, and no other: without it each is refused with a channel error 403.',
    documented: [
      docs('access-control#authorisation'),
      docs('access-control#insufficient-permissions'),
      docs('channels#error-handling'),
    ],
    extensions: ['exchange_exchange_bindings'],
    refutedBy: [
      mutants.accessChecksPassedBy,
      ...misleading,
      mutants.permissionUnchecked('queue.declare', 'queue'),
      mutants.permissionUnchecked('basic.publish', 'exchange'),
      mutants.permissionUnchecked('queue.purge', 'queue'),
      mutants.deniedToUsers('basic.get'),
      mutants.deniedToUsers('queue.delete'),
    ],
    tags: ['access and security'],
    needs: ['administration'],
  },
  (stage) => expectNeeds(stage, [...declaring, ...publishing, ...reading]),
);

claim(
  'permissions/bind',
  {
    says: 'To bind and to unbind needs write on what messages are led to, a queue or an exchange, and read on the exchange that they come from, and no other right.',
    documented: [docs('access-control#authorisation')],
    extensions: ['exchange_exchange_bindings'],
    refutedBy: [
      mutants.accessChecksPassedBy,
      mutants.permissionUnchecked('queue.bind', 'queue'),
      mutants.permissionUnchecked('queue.bind', 'exchange'),
      mutants.permissionUnchecked('queue.unbind', 'queue'),
      mutants.permissionUnchecked('exchange.bind', 'exchange'),
      mutants.permissionUnchecked('exchange.unbind', 'exchange'),
      mutants.deniedToUsers('queue.bind'),
    ],
    tags: ['access and security'],
    needs: ['administration'],
  },
  (stage) => expectNeeds(stage, binding),
);

claim(
  'permissions/dlx',
  {
    says: 'Declaring a queue with a dead letter exchange needs read on the queue and write on that exchange, besides configure on the queue.',
    documented: [docs('access-control#authorisation'), docs('dlx#using-optional-queue-arguments')],
    extensions: ['dead_letter_exchanges', 'exchange_exchange_bindings'],
    refutedBy: [
      mutants.accessChecksPassedBy,
      mutants.permissionUnchecked('queue.declare', 'exchange'),
      mutants.permissionUnchecked('queue.declare', 'queue'),
      mutants.deniedToUsers('queue.declare'),
    ],
    tags: ['access and security'],
    needs: ['administration'],
  },
  (stage) => expectNeeds(stage, [deadLettering]),
);

claim(
  'permissions/ae',
  {
    says: 'Declaring an exchange with an alternate exchange needs read on the exchange and write on the other one, besides configure on the exchange.',
    documented: [docs('access-control#authorisation'), docs('ae#define-using-arguments')],
    extensions: ['alternate_exchanges', 'exchange_exchange_bindings'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.accessChecksPassedBy,
      mutants.permissionUnchecked('exchange.declare', 'exchange'),
      mutants.deniedToUsers('exchange.declare'),
    ],
    tags: ['access and security'],
    needs: ['administration'],
  },
  (stage) => expectNeeds(stage, [withAlternate]),
);

/**
 * Each operation is tried by users who lack one right on one name, of all rights and all names that it is about, and by
 * one who has nothing but what it needs. What is seen is a row of the documentation's table.
 */
async function expectNeeds(stage: Stage, operations: readonly Operation[]): Promise<void> {
  await stage.ownVirtualHost();
  const ofAdministrator = await stage.openChannel();
  const withQueues = operations.some(({ on }) => on.includes('queue'));
  const restore = async () => {
    if (withQueues) await ofAdministrator.declareQueue('queue');
    for (const name of ['exchange', 'target']) await ofAdministrator.declareExchange(name, 'fanout');
    if (withQueues) await ofAdministrator.bindQueue('queue', 'exchange');
    await ofAdministrator.bindExchange('target', 'exchange');
  };
  const clients = new Map<string, Promise<Client>>();
  let attempts = 0;
  /** Who has these rights, on names that begin so. */
  const clientWith = (name: string, permissions: Record<Right, readonly Resource[]>) => {
    const connect = async () => {
      const user = await stage.user({
        configure: beginning(permissions.configure),
        write: beginning(permissions.write),
        read: beginning(permissions.read),
      });
      return await stage.client({ name, ...user });
    };
    const client = clients.get(name) ?? connect();
    clients.set(name, client);
    return client;
  };
  const refused = async (client: Client, { method, by }: Operation): Promise<string | undefined> => {
    const channel = await client.channel();
    try {
      await by(channel, (attempts += 1));
      if (/\.(delete|unbind)$/.test(method)) await restore();
      return undefined;
    } catch (error) {
      if (channel.end === undefined || !('refusal' in channel.end)) throw error;
      const { scope, code, method: named } = channel.end.refusal;
      if (scope === 'connection') clients.clear();
      return scope === 'channel' && code === 403 && named === method
        ? 'needs'
        : `${scope} error ${code} for ${named} without`;
    } finally {
      await channel.close();
    }
  };
  const withAllBut = (right: Right, resource: Resource) =>
    clientWith(`all but ${right} on ${resource}`, {
      configure: resources,
      write: resources,
      read: resources,
      [right]: resources.filter((other) => other !== resource),
    });
  const withTheLeast = ({ needs }: Operation) =>
    clientWith(neededBy(needs).join(', '), {
      configure: resourcesOf(needs.configure),
      write: resourcesOf(needs.write),
      read: resourcesOf(needs.read),
    });
  const rowSeen = async (operation: Operation): Promise<string> => {
    const cells: string[] = [];
    for (const right of rights) {
      for (const resource of operation.on) {
        const client = await withAllBut(right, resource);
        const without = await refused(client, operation);
        if (without !== undefined) cells.push(`${without} ${right} on ${resource}`);
      }
    }
    const least = await withTheLeast(operation);
    if ((await refused(least, operation)) !== undefined) cells.push('needs more');
    return rowOf(operation, cells);
  };

  await restore();
  // All at once, as each costs several requests
  await Promise.all(
    operations.flatMap((operation) => [
      withTheLeast(operation),
      ...operation.on.flatMap((resource) => rights.map((right) => withAllBut(right, resource))),
    ]),
  );
  const seen: string[] = [];
  for (const operation of operations) seen.push(await rowSeen(operation));

  const documented = operations.map((operation) =>
    rowOf(
      operation,
      neededBy(operation.needs).map((each) => `needs ${each}`),
    ),
  );
  expect(seen, 'what operations need').toEqual(documented);
}

const resources: readonly Resource[] = ['queue', 'exchange', 'target', 'amq.default'];

function neededBy(needs: Operation['needs']): string[] {
  return rights.flatMap((right) => {
    const resource = needs[right];
    return resource === undefined ? [] : [`${right} on ${resource}`];
  });
}

function resourcesOf(resource: Resource | undefined): readonly Resource[] {
  return resource === undefined ? [] : [resource];
}

/** The regular expression for names that begin so. */
function beginning(with_: readonly Resource[]): string {
  return with_.length === 0 ? '^$' : `^(${with_.map((each) => each.replace('.', String.raw`\.`)).join('|')})`;
}

function rowOf({ method, how }: Operation, cells: readonly string[]): string {
  return `${method}${how === undefined ? '' : ` ${how}`}: ${cells.join(', ')}`;
}

async function published(channel: Channel, exchange: string): Promise<void> {
  channel.publish(exchange, 'queue', 'message');
  await channel.settled();
}
