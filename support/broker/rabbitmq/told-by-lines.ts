import { CouldNotRun } from '../../errors.ts';
import type { Address } from '../broker.ts';
import { gracefulStop } from './configuration.ts';

/** What a node is told by a line on its standard input. */
export const orders = { openToElsewhere: 'open', closeToElsewhere: 'close', stop: 'stop' } as const;

/** The line that asks a node for the value of Erlang expressions, with or without a full stop. @param id tells the answer */
export function question(id: string, expressions: string): string {
  return `${questionMark}${id} ${expressions.replaceAll(/\s+/g, ' ').replace(/\. ?$/, '')}.`;
}

/** @throws CouldNotRun for the answer of a node that could not evaluate what it was asked */
export function checkAnswer(answer: string, expressions: string): void {
  if (answer.startsWith("{'EXIT',"))
    throw new CouldNotRun(`The node could not evaluate ${expressions}: ${answer}`);
}

/** What a node prints for the answer; `undefined`: it has not yet. */
export function answerIn(printed: string, id: string): string | undefined {
  return new RegExp(`^${answerMark}${id} (?<value>.*)$`, 'm').exec(printed)?.groups?.['value'];
}

/**
 * What starts the virtual hosts of a node of a cluster: one that another node made while this one started may be down here
 * for good, as was seen with 3.10.
 */
export const virtualHostsStarted =
  '[catch rabbit_vhost_sup_sup:start_vhost(Name) || Name <- rabbit_vhost:list_names()]';

const [questionMark, answerMark] = ['?', 'brokerproof: '];

/**
 * An Erlang expression, without spaces, by which a node does what lines on its standard input tell: it opens and closes an
 * AMQP listener, and evaluates what it is asked; any other line stops the node. It begins when the node has started.
 *
 * @param options `listener`: absent: there is none to open; `outlivesInput`: whether the node goes on when its input has
 *   ended; default `false`
 */
export function toldByLines({
  listener,
  outlivesInput = false,
}: { listener?: Address; outlivesInput?: boolean } = {}): string {
  const when = (order: string, what: string): string =>
    `{_,{data,{_,${characters(order)}}}}->catch(rabbit_networking:${what}),Next(Next)`;
  const opened = listener === undefined ? '' : `{${characters(listener.host)},${listener.port}}`;
  const opening = [
    when(orders.openToElsewhere, `start_tcp_listener(${opened},10)`),
    when(orders.closeToElsewhere, `stop_tcp_listener(${opened})`),
  ];
  const next = [
    ...(listener === undefined ? [] : opening),
    `{_,{data,{_,[${questionMark.charCodeAt(0)}|Line]}}}->spawn(fun()->${answering}end),Next(Next)`,
    ...(outlivesInput ? ['{_,eof}->receive{stop}->[]end'] : []),
    '{_,_}->[]',
  ].join(';');
  return `spawn(fun()->open_port({fd,0,0},[in,eof,{line,9999}]),Next=fun(Next)->(receive${next}end)end,Next(Next),${gracefulStop}end).`;
}

/** Evaluates what follows the first space of `Line`, and prints its value on one line. */
const answering = [
  '{Id,Text}=lists:splitwith(fun(C)->(C=/=32)end,Line)',
  'Value=(catch(begin{ok,Tokens,_}=erl_scan:string(Text),{ok,Parsed}=erl_parse:parse_exprs(Tokens),element(2,erl_eval:exprs(Parsed,[]))end))',
  `io:format(user,${characters(`${answerMark}~s ~0p~n`)},[Id,Value])`,
].join(',');

/** An Erlang string without quotation marks, which the script would take for its own. */
function characters(text: string): string {
  return `[${Buffer.from(text).join(',')}]`;
}
