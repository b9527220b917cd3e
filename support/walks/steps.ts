import * as fc from 'fast-check';
import type { Conversation } from './conversation.ts';
import type { QueueModel } from './model.ts';

/** A step of a conversation: when it makes sense, and what is said. */
export type Step = fc.AsyncCommand<QueueModel, Conversation>;

/** Longer ones show nothing that a short one does not; and some queues drop a message that came back 20 times. */
const longest = 24;

const key = fc.constantFrom('red', 'blue');
/** Which of the deliveries that are held. */
const pick = fc.nat(3);

const publishing = fc.oneof(
  fc.constant(step((said) => said.publish())),
  key.map((each) => step((said) => said.publish(each))),
);
const binding = fc.tuple(key, fc.boolean()).map(([each, isBound]) =>
  isBound
    ? whereDeclared((said) => said.bind(each))
    : step(
        (said) => said.unbind(each),
        ({ keys }) => keys.has(each),
      ),
);
const rare = fc.constantFrom(
  step((said) => said.declare()),
  whereDeclared((said) => said.purge()),
  whereDeclared((said) => said.delete()),
);
const getting = fc.constant(whereDeclared((said) => said.get()));
const consuming = fc.integer({ min: 1, max: 3 }).map((prefetch) =>
  step(
    (said) => said.consume(prefetch),
    ({ declared, consumer }) => declared && consumer === undefined,
  ),
);
const cancelling = fc.constant(
  step(
    (said) => said.cancel(),
    ({ consumer }) => consumer !== undefined,
  ),
);
const acknowledging = fc
  .tuple(pick, fc.boolean())
  .map(([which, multiple]) => whereHeld((said) => said.ack(which, multiple)));
const refusing = fc.oneof(
  fc
    .tuple(pick, fc.boolean(), fc.boolean())
    .map(([which, multiple, requeue]) => whereHeld((said) => said.nack(which, multiple, requeue))),
  fc.tuple(pick, fc.boolean()).map(([which, requeue]) => whereHeld((said) => said.reject(which, requeue))),
);

/** Conversations at random, which become shorter by leaving steps out; what stands here twice comes twice as often. */
export const conversations = fc.commands(
  [
    publishing,
    publishing,
    publishing,
    getting,
    getting,
    consuming,
    acknowledging,
    refusing,
    refusing,
    binding,
    binding,
    cancelling,
    rare,
  ],
  { maxCommands: longest, size: 'max' },
);

function step(
  say: (said: Conversation) => Promise<void>,
  isSensible: (model: QueueModel) => boolean = () => true,
): Step {
  return {
    check: (model) => isSensible(model as QueueModel),
    run: async (_, conversation) => await say(conversation),
    // Their words tell more
    toString: () => '',
  };
}

function whereDeclared(say: (said: Conversation) => Promise<void>): Step {
  return step(say, ({ declared }) => declared);
}

function whereHeld(say: (said: Conversation) => Promise<void>): Step {
  return step(say, ({ held }) => held.size > 0);
}
