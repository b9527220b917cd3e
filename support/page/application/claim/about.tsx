import type { VNode } from 'preact';
import { levelOf } from '../../../documentation/level.ts';
import type { MatrixRow } from '../../../matrix/matrix.ts';

/** What the documentation demands by it, what it needs, and of which queue types it does not speak. */
export function About({ row }: { row: MatrixRow }): VNode {
  const { queueTypes, needs, tags, file } = row;
  return (
    <>
      <dl class="facts">
        <div>
          <dt>Level</dt>
          <dd>{levelOf(row)}</dd>
        </div>
        <div>
          <dt>Spec</dt>
          <dd>{file}</dd>
        </div>
        {needs.length > 0 && (
          <div>
            <dt>Needs</dt>
            <dd>{needs.join(', ')}</dd>
          </div>
        )}
        {tags.length > 0 && (
          <div>
            <dt>Belongs to</dt>
            <dd>{tags.join(', ')}</dd>
          </div>
        )}
      </dl>
      <Exceptions queueTypes={queueTypes} />
    </>
  );
}

function Exceptions({ queueTypes }: Pick<MatrixRow, 'queueTypes'>): VNode | null {
  const exceptions = queueTypes.filter(({ because }) => because !== undefined);
  if (exceptions.length === 0) return null;
  return (
    <ul class="about">
      {exceptions.map(({ queueType, appliesTo = {}, because, documented }) => (
        <li key={queueType}>
          {Object.keys(appliesTo).length === 0
            ? `Not about ${queueType} queues`
            : `About ${queueType} queues of ${inWords(appliesTo)}`}
          : {because}{' '}
          {documented !== undefined && (
            <a href={documented.url} rel="noreferrer">
              {documented.title}
            </a>
          )}
        </li>
      ))}
    </ul>
  );
}

function inWords(appliesTo: Readonly<Record<string, string>>): string {
  return Object.entries(appliesTo)
    .filter(([product]) => product !== '*')
    .map(([product, range]) => `${product} ${range}`)
    .join(', ');
}
