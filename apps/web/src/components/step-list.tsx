import type { ReactElement } from 'react';
import { texts } from '../text/texts.ts';

const STEPS = ['consent', 'passport', 'chip', 'camera', 'passkey'] as const;
export type Step = (typeof STEPS)[number];

/** Where the citizen is on the way through the enrolment. */
export function StepList({ now }: { readonly now: Step }): ReactElement {
  const at = STEPS.indexOf(now);
  return (
    <ol className="steps" aria-label={texts.steps.label}>
      {STEPS.map((step, i) => {
        const state = i < at ? 'done' : i === at ? 'now' : 'later';
        return (
          <li key={step} data-state={state} {...(state === 'now' && { 'aria-current': 'step' as const })}>
            <span>{texts.steps[step]}</span>
            {state === 'done' && <span className="only-heard"> ({texts.steps.state.done})</span>}
          </li>
        );
      })}
    </ol>
  );
}
