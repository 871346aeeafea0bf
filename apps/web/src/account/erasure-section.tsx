import { eraseIdentity } from '@visavis/client';
import type { ReceiptFile } from '@visavis/contract';
import type { PublicFault } from '@visavis/kernel';
import { type ReactElement, useState } from 'react';
import { browserPasskeys } from '../browser/browser-passkeys.ts';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { Points } from '../components/points.tsx';
import { laterTexts } from '../text/later-texts.ts';

/** The end of an identity: said in full before it is done, done with the passkey. */
export function ErasureSection({ onErased }: { readonly onErased: (receipt: ReceiptFile) => void }): ReactElement {
  const [isAsking, setIsAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<PublicFault>();
  const t = laterTexts.erasure;
  const erase = async () => {
    setBusy(true);
    const erased = await eraseIdentity(siteServer, browserPasskeys);
    if (erased.ok) onErased(erased.value);
    else setFault(erased.fault);
    setBusy(false);
  };
  return (
    <section className="sheet" aria-labelledby="account-erasure">
      <h2 id="account-erasure">{t.title}</h2>
      {!isAsking ? (
        <>
          <p>{t.words}</p>
          <div className="actions">
            <ActionButton onPress={() => setIsAsking(true)}>{t.begin}</ActionButton>
          </div>
        </>
      ) : (
        <>
          <h3>{t.goesTitle}</h3>
          <Points points={t.goes} />
          <h3>{t.staysTitle}</h3>
          <Points points={t.stays} />
          <p>{t.after}</p>
          {fault !== undefined && <FaultPanel fault={fault} />}
          <div className="actions">
            <ActionButton isPending={busy} onPress={() => void erase()}>
              {t.confirm}
            </ActionButton>
            <ActionButton weight="quiet" isDisabled={busy} onPress={() => setIsAsking(false)}>
              {t.keep}
            </ActionButton>
          </div>
        </>
      )}
    </section>
  );
}
