import { beforeAll, inject } from 'vitest';
import { brokerOfRun } from '../broker/under-test/client.ts';

// Spec files are loaded while the broker starts. No limit of time: a provider has its own, or is to fetch an image
beforeAll(async () => {
  await brokerOfRun(inject('brokerServer')).foreknowledge();
}, 0);
