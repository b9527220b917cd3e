import { mutant } from '../mutant.ts';
import { fromBroker } from '../target.ts';

export const heartbeatsWithheld = mutant('heartbeats-withheld', 'sends no heartbeats', {
  kind: 'heartbeats withheld',
  from: 'broker',
});

export const heartbeatsUnheard = mutant('heartbeats-unheard', 'does not count heartbeats as a sign of life', {
  kind: 'heartbeats withheld',
  from: 'client',
});

export const blockedUntold = mutant(
  'blocked-untold',
  'does not tell a client that it is blocked',
  fromBroker('connection.blocked').swallow(),
);

export const serverPropertiesLost = mutant(
  'server-properties-lost',
  'does not say what it is and what it can do',
  fromBroker('connection.start').change({ serverProperties: [] }),
);

export const tuneProposalOff = mutant(
  'tune-proposal-off',
  'proposes one channel less and other limits than documented',
  fromBroker('connection.tune').change(({ channelMax, frameMax, heartbeat }) => ({
    channelMax: Math.max(channelMax - 1, 1),
    frameMax: Math.max(frameMax - 1, 8192),
    heartbeat: heartbeat + 1,
  })),
);
