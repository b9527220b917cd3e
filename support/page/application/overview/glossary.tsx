import type { VNode } from 'preact';
import { Mark } from '../marks/mark.tsx';
import { outcomeNames, outcomes } from '../marks/outcomes.ts';

/** What each verdict means, and how to judge a broker by it. */
export function Glossary(): VNode {
  return (
    <section aria-labelledby="glossary">
      <h2 id="glossary">What the verdicts mean</h2>
      <p>
        A claim is one documented statement about a broker’s behaviour. Its spec is a program that arranges a
        situation on a real broker, and checks what the broker then does.
      </p>
      <dl class="glossary">
        {outcomeNames.map((outcome) => (
          <div key={outcome}>
            <dt>
              <Mark outcome={outcome} />
              <span class="counts-as">counts as {outcomes[outcome].countsAs}</span>
            </dt>
            <dd>{outcomes[outcome].means}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
