import type { VNode } from 'preact';
import type { Applying, Change, Comparison } from '../../../matrix/comparison.ts';
import { Mark } from '../marks/mark.tsx';
import { ComparedClaim } from './compared-claim.tsx';

interface ChangeProps {
  change: Change;
  comparison: Comparison;
}

/** What is documented of one of two brokers only; where one claim took the place of another, both side by side. */
export function ChangeOfDocumentation({ change: { from, to }, comparison }: ChangeProps): VNode {
  const [one, other] = [comparison.from.title, comparison.to.title];
  const ids = [from?.id, to?.id].filter((id) => id !== undefined);
  return (
    <article class="difference" aria-label={ids.join(' and ')} data-claim={ids.at(-1)} tabIndex={-1}>
      <div class={ids.length > 1 ? 'sides' : ''}>
        {from !== undefined && <Form title={one} form={from} elsewhere={other} />}
        {to !== undefined && <Form title={other} form={to} elsewhere={one} />}
      </div>
    </article>
  );
}

interface FormProps {
  title: string;
  form: Applying;
  /** The title of the broker to which it does not apply. */
  elsewhere: string;
}

function Form({ title, form, elsewhere }: FormProps): VNode {
  const { verdict, reason, notThere } = form;
  return (
    <section aria-label={title}>
      <ComparedClaim claim={form} />
      <p>
        <strong>{title}</strong> <Mark outcome={verdict} />{' '}
        {reason !== undefined && <span class="reason">{reason} </span>}
        <span class="faint">
          {elsewhere}: {notThere ?? 'it does not apply'}
        </span>
      </p>
    </section>
  );
}
