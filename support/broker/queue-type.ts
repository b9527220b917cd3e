import type { Extension } from './extensions.ts';

/** The types of queues that RabbitMQ has, by the names that `x-queue-type` takes. @see https://www.rabbitmq.com/docs/queues#types */
export const queueTypes = ['classic', 'quorum', 'stream'] as const;
export type QueueType = (typeof queueTypes)[number];

/** What a broker must have beyond AMQP 0-9-1 that a queue may be of the type. */
export const extensionOfQueueType = {
  classic: 'queue_types',
  quorum: 'quorum_queues',
  stream: 'streams',
} as const satisfies Record<QueueType, Extension>;
