import { h, type JSX } from 'preact';
import { isBad, type MatrixArea, type MatrixClaim, type MatrixTrial } from './kill-matrix.ts';
import { mark } from './marks.ts';

/** All claims of an area, each with what its spec was tried against. */
export function areaOf({ name, claims }: MatrixArea): JSX.Element {
  return h(
    'section',
    { class: 'area', 'aria-labelledby': name, 'data-group': '' },
    h('h3', { id: name }, name),
    claims.map(claimOf),
  );
}

function claimOf({ claim, standing, refutations, controls, settled }: MatrixClaim): JSX.Element {
  const { id, says, irrefutable, file } = claim;
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
    h('h4', { id: `${id}/title` }, h('a', { href: `#${id}` }, id), ' ', mark(standing)),
    h('p', { class: 'says' }, says),
    irrefutable === undefined ? null : h('p', {}, `No mutant can refute it: ${irrefutable}`),
    refutations.length === 0 && irrefutable === undefined
      ? h('p', { class: 'bad' }, 'It declares no mutant: nobody has shown yet that its spec can fail.')
      : null,
    refutations.length === 0 ? null : h('ul', { class: 'trials' }, refutations.map(trialOf)),
    controlsOf(controls),
    h('p', { class: 'file' }, h('span', {}, file), ' · ', h('span', {}, `pnpm prove ${id}`)),
  );
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
