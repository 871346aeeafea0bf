import { verifyReceiptFile } from '@visavis/client';
import type { ClientConfiguration, ReceiptClaims, ReceiptFile } from '@visavis/contract';
import { type ReactElement, useEffect, useState } from 'react';
import { saveFile } from '../browser/save-file.ts';
import { ActionButton } from '../components/action-button.tsx';
import { Points } from '../components/points.tsx';
import { Link } from '../navigation.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { formatDate, formatMoment, formatTime, texts } from '../text/texts.ts';

interface ReceiptCardProps {
  readonly file: ReceiptFile;
  readonly keys: Pick<ClientConfiguration, 'operatorKey' | 'logKey'>;
}

/** A receipt, checked in this page, in plain words and to keep. For browser tests: `data-receipt`. */
export function ReceiptCard({ file, keys }: ReceiptCardProps): ReactElement {
  const [claims, setClaims] = useState<ReceiptClaims | 'invalid'>();
  useEffect(() => {
    let isShown = true;
    void (async () => {
      const verified = await verifyReceiptFile(file, keys);
      if (isShown) setClaims(verified.ok ? verified.value.claims : 'invalid');
    })();
    return () => {
      isShown = false;
    };
  }, [file, keys]);
  const t = laterTexts.receipt;
  const state = claims === undefined ? 'checking' : claims === 'invalid' ? 'invalid' : 'verified';
  return (
    <section className="sheet" aria-labelledby="receipt" data-receipt={state}>
      <h2 id="receipt">{t.title}</h2>
      {claims === undefined && <p>{texts.loading}</p>}
      {claims === 'invalid' && <p className="field-error">{t.notVerified}</p>}
      {typeof claims === 'object' && <Sentences claims={claims} />}
      <div className="actions">
        <ActionButton onPress={() => saveFile(t.file(dayOf(claims)), `${JSON.stringify(file, undefined, 2)}\n`)}>{t.download}</ActionButton>
        <Link href="/proofs">{t.more}</Link>
      </div>
    </section>
  );
}

function Sentences({ claims }: { readonly claims: ReceiptClaims }): ReactElement {
  const t = laterTexts.receipt;
  return (
    <>
      <p>{claims.subject === 'booth' ? t.booth[claims.outcome](formatDate(claims.startedAt), formatTime(claims.startedAt), formatTime(claims.endedAt)) : t.identity(formatMoment(claims.endedAt))}</p>
      <p className="field-good">{t.verified}</p>
      {claims.subject === 'booth' && (
        <>
          <h3>{t.processed}</h3>
          {claims.processed.length === 0 ? <p>{t.processedNothing}</p> : <Points points={claims.processed.map((what) => t.processedWords[what])} />}
        </>
      )}
      {claims.kept.length === 0 ? (
        <p>{t.keptNothing}</p>
      ) : (
        <details className="more">
          <summary>{t.kept}</summary>
          <ul className="rows">
            {claims.kept.map(({ what, why, until }) => (
              <li key={`${what} ${until}`}>
                <span>
                  <strong>{t.keptWords[what]}</strong>
                  <small>{why}</small>
                  <small>{t.keptUntil(until)}</small>
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <p className="field-help">{t.note}</p>
    </>
  );
}

/** Two receipts of one day are told apart by the number that the browser adds. */
const dayOf = (claims: ReceiptClaims | 'invalid' | undefined): string => (typeof claims === 'object' ? claims.endedAt : new Date().toISOString()).slice(0, 10);
