import type { ReceiptOutcome } from '@visavis/client';
import type { ClientConfiguration } from '@visavis/contract';
import type { ReactElement } from 'react';
import { laterTexts } from '../text/later-texts.ts';
import { texts } from '../text/texts.ts';
import { ReceiptCard } from './receipt-card.tsx';

/** The receipt of a sealed room, or why there is none: that is told beside whatever else was refused, not instead of it. */
export function ReceiptNotice({ receipt, keys }: { readonly receipt: ReceiptOutcome; readonly keys: Pick<ClientConfiguration, 'operatorKey' | 'logKey'> }): ReactElement {
  if (receipt.ok) return <ReceiptCard file={receipt.value.file} keys={keys} />;
  const { meaning, nextStep, code } = receipt.fault;
  return (
    <section className="notice notice-care" aria-labelledby="receipt" data-receipt={code}>
      <h2 id="receipt">{laterTexts.receipt.title}</h2>
      <p>{meaning}</p>
      <p>{nextStep}</p>
      <p className="fault-code">
        {texts.faultCode} <code>{code}</code>
      </p>
    </section>
  );
}
