import { connecting, managing } from './connecting.ts';
import { consumers } from './consumers.ts';
import { consuming } from './consuming.ts';
import { lifetimes } from './lifetimes.ts';
import { prefetch } from './prefetch.ts';
import { publishing } from './publishing.ts';
import { queues } from './queues.ts';
import { routing } from './routing.ts';
import type { Trial } from './trial.ts';

export const trials: readonly Trial[] = [
  ...connecting,
  ...consumers,
  ...consuming,
  ...lifetimes,
  ...managing,
  ...prefetch,
  ...publishing,
  ...queues,
  ...routing,
];
