import type { VNode } from 'preact';
import type { PageData } from '../../page-data.ts';
import { shownColumns } from '../list/filter.ts';
import type { State } from '../state.ts';
import { Attention } from './attention.tsx';
import { Brokers } from './brokers.tsx';
import { ChangesSince } from './changes.tsx';
import { Excluded } from './excluded.tsx';
import { Facts } from './facts.tsx';
import { Glossary } from './glossary.tsx';
import { Grid } from './grid.tsx';
import { Proofs } from './proofs.tsx';
import { Tiles } from './tiles.tsx';
import { Untried } from './untried.tsx';
import { Upgraded } from './upgraded.tsx';

interface OverviewProps {
  data: PageData;
  state: State;
}

/** The first screen: which broker, what it showed, what is bad, and each claim as a mark. */
export function Overview({ data, state: { filter, missing } }: OverviewProps): VNode {
  const { matrix, excluded } = data;
  const columns = shownColumns(matrix, filter);
  const [only] = matrix.columns;
  const single = matrix.columns.length === 1 ? only : undefined;
  return (
    <>
      <header>
        <h1 tabIndex={-1}>{single === undefined ? 'Brokers compared' : single.title}</h1>
        {single === undefined ? (
          <p>
            What the documentation of AMQP 0-9-1 brokers says, tried on {matrix.columns.length} brokers.{' '}
            <time class="faint" dateTime={matrix.madeAt}>
              {matrix.madeAt.slice(0, 16).replace('T', ' ')} UTC
            </time>
          </p>
        ) : (
          <Facts column={single} claims={matrix.rows.length} allure={data.allure} />
        )}
        {missing !== undefined && (
          <p class="missing" role="alert">
            {missing}
          </p>
        )}
      </header>
      <main>
        {single === undefined ? <Brokers matrix={matrix} /> : <Tiles rows={matrix.rows} column={single} />}
        <Attention data={data} />
        <ChangesSince changes={data.changes} />
        {single !== undefined && <Upgraded upgraded={single.upgraded} />}
        <Grid rows={matrix.rows} columns={columns} />
        <Proofs matrix={matrix} systematic={data.systematic} />
        {single !== undefined && <Untried rows={matrix.rows} column={single} />}
        <Excluded excluded={excluded} />
        <Glossary />
      </main>
    </>
  );
}
