/** On what specs of other things stand: why mutants that break it kill those too. */
export const because = {
  answers: 'Clients find the request that an answer belongs to by its correlation id.',
  arrivals: 'Specs see what a broker did by which messages arrive: all of them, each once, in order.',
  asking: 'Specs ask by passive declarations what is there.',
  bodies: 'Specs know messages by their bodies.',
  confirms: 'Specs wait for confirms, so as to know that a message is in its queue.',
  counts: 'Specs ask a queue how many messages and consumers it has.',
  ending: 'Specs cancel, close, purge and delete, to see what becomes of the rest.',
  errors: 'Specs know a refusal by its scope, its code, its text and the method that it blames.',
  flags: 'Specs know by its flags what was declared.',
  getting: 'Specs look with basic.get at what a queue has.',
  holding:
    'Specs have consumers hold as many unacknowledged deliveries as their prefetch says, or any number without one.',
  idle: 'Specs leave queues without a consumer and exchanges without a binding for a while.',
  keys: 'Specs of routing know messages by the exchange and the key that they were published with.',
  naming: 'Clients leave it to the broker to name their queues, and to remember which one it was.',
  ownUses:
    'The proxy keeps a queue in use by declaring it passively, and so it is the one that its channel declared last.',
  redeclaring: 'Specs declare again what is there.',
  returns: 'Specs see by returns that no queue got a message.',
  routing: 'Specs send messages to their queues by exchanges, bindings and routing keys.',
  settling:
    'Specs settle deliveries, one or several at once, or leave them unsettled, to see what becomes of the others.',
  sharing: 'Specs have several consumers share a queue.',
  tags: 'Clients tell deliveries, and the consumers that they are for, by their tags.',
  vhosts: 'Specs work in virtual hosts of their own, and their management API looks there.',
} as const;
