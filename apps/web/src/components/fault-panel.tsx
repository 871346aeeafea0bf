import type { PublicFault } from '@visavis/kernel';
import type { ReactElement, ReactNode } from 'react';
import { texts } from '../text/texts.ts';

/** A refusal in plain words: what it means, what to do next, its code, and the buttons that do it. For browser tests: `data-fault-code`. */
export function FaultPanel({ fault, children }: { readonly fault: PublicFault; readonly children?: ReactNode }): ReactElement {
  return (
    <section className="fault" role="alert" data-fault-code={fault.code}>
      <h2>{fault.meaning}</h2>
      <p>{fault.nextStep}</p>
      <p className="fault-code">
        {texts.faultCode} <code>{fault.code}</code>
      </p>
      {children !== undefined && <div className="actions">{children}</div>}
    </section>
  );
}
