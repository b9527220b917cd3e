import { claim, docs, expect, mutants, notClassic, numbered, onNodesAAndB, premise } from '#support';

claim(
  'publisher-confirms/quorum-majority',
  {
    says: 'A message to a quorum queue is confirmed when a majority of its members has it: with one of three gone it is, and with one of two gone it is not.',
    documented: [
      docs('confirms#when-publishes-are-confirmed'),
      docs('quorum-queues#data-safety'),
      docs('quorum-queues#quorum-requirements'),
    ],
    extensions: ['publisher_confirms'],
    queueTypes: { classic: notClassic.members },
    refutedBy: [
      mutants.confirmedTooEarly,
      mutants.queueArgumentLost('x-quorum-initial-group-size'),
      mutants.confirmsLost,
    ],
    needs: ['cluster', 'node_kill', 'ctl'],
  },
  async (stage) => {
    const { cluster, producer, queue } = stage;
    const [ofTwo, ofThree] = [await onNodesAAndB(stage), await queue()];
    const [toTwo, toThree] = [await producer({ confirms: true }), await producer({ confirms: true })];
    await premise(toTwo.sendToQueue(ofTwo, 'before'));
    await premise(toThree.sendToQueue(ofThree, 'before'));

    await cluster.kill('b');

    toTwo.channel.publish('', ofTwo, 'to one of two');
    const confirmations = await toThree.sendToQueue(ofThree, numbered(1, 20));
    expect(new Set(confirmations), 'the confirms of two out of three').toEqual(new Set(['ack']));
    expect(toTwo.channel.confirmations.get(2) ?? ['none'], 'the confirm of one out of two').not.toContain(
      'ack',
    );
  },
);
