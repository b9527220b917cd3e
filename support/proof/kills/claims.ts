import { h, type JSX } from 'preact';
import type { QueueType } from '../../broker/queue-type.ts';
import { isBad, type MatrixArea, type MatrixClaim, type MatrixTrial } from './kill-matrix.ts';
import { mark } from './marks.ts';
import { regressionText, seenText } from '../../verdict/regression-text.ts';
import type { Regression } from '../../verdict/outcome.ts';

/** All claims of an area, each with what its spec was tried against. */
export function areaOf({ name, claims }: MatrixArea): JSX.Element {
  return h(
    'section',
    { class: 'area', 'aria-labelledby': name, 'data-group': '' },
    h('h3', { id: name }, name),
    claims.map(claimOf),
  );
}

function claimOf({
  claim,
  queueType,
  name,
  standing,
  refutations,
  controls,
  settled,
}: MatrixClaim): JSX.Element {
  const { says, irrefutable, file } = claim;
  const id = anchorOf(claim.id, queueType);
  return h(
    'article',
    {
      id,
      class: 'claim',
      tabindex: -1,
      'aria-labelledby': `${id}/title`,
      'data-claim': id,
      'data-settled': settled,
    },
    h('h4', { id: `${id}/title` }, h('a', { href: `#${id}` }, name), ' ', mark(standing)),
    h('p', { class: 'says' }, says),
    irrefutable === undefined ? null : h('p', {}, `No mutant can refute it: ${irrefutable}`),
    refutations.length === 0 && irrefutable === undefined
      ? h('p', { class: 'bad' }, 'It declares no mutant: nobody has shown yet that its spec can fail.')
      : null,
    refutations.length === 0 ? null : h('ul', { class: 'trials' }, refutations.map(trialOf)),
    controlsOf(controls),
    regressionsOf(claim.regressions),
    h('p', { class: 'file' }, h('span', {}, file), ' · ', h('span', {}, `pnpm prove ${claim.id}`)),
  );
}

/** Good for an address: `consuming/fifo`, `consuming/fifo/quorum`. */
export function anchorOf(id: string, queueType: QueueType | undefined): string {
  return queueType === undefined ? id : `${id}/${queueType}`;
}

function trialOf({ mutant, result, message }: MatrixTrial): JSX.Element {
  const line = [
    mark(result),
    h('span', { class: 'mutant' }, `A broker that ${mutant.says}. `, h('code', {}, mutant.name)),
  ];
  return h('li', {}, message === undefined ? h('div', { class: 'line' }, line) : unfolding(line, message));
}

function unfolding(line: JSX.Element[], message: string): JSX.Element {
  return h(
    'details',
    {},
    h('summary', { class: 'line' }, line),
    h('pre', { tabindex: 0, role: 'region', 'aria-label': 'What the spec said' }, message),
  );
}

function regressionsOf(regressions: readonly Regression[]): JSX.Element | null {
  if (regressions.length === 0) return null;
  return h(
    'ul',
    { class: 'trials' },
    regressions.map((each) =>
      h('li', {}, h('a', { href: each.report }, regressionText(each)), `; ${seenText(each)}.`),
    ),
  );
}

/** In one line; only those that are not as they must be say more. */
function controlsOf(controls: readonly MatrixTrial[]): JSX.Element {
  const wrong = controls.filter(({ result }) => isBad(result));
  return h(
    'div',
    { class: 'controls' },
    h(
      'p',
      {},
      'Controls: ',
      controls.map(({ mutant, result }) =>
        h('span', { class: 'control' }, h('code', {}, mutant.name), ' ', mark(result)),
      ),
    ),
    wrong.length === 0 ? null : h('ul', { class: 'trials' }, wrong.map(trialOf)),
  );
}
