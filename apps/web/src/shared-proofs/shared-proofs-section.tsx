import { fetchSharedProofs, revokeSharedProof, shareProof } from '@visavis/client';
import type { ShareProof, SharedProofs } from '@visavis/contract';
import { type ReactElement, useEffect, useState } from 'react';
import { browserPasskeys } from '../browser/browser-passkeys.ts';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { useActs } from '../devices/use-acts.ts';
import { laterTexts } from '../text/later-texts.ts';
import { formatMoment } from '../text/texts.ts';
import { MadeProof } from './made-proof.tsx';
import { ProofForm } from './proof-form.tsx';

/** Proofs for people who are no service here: made by passkey, seen as they are looked at, taken back at once. For browser tests: `data-shared-proof`. */
export function SharedProofsSection(): ReactElement {
  const [shown, setShown] = useState<SharedProofs>();
  const [isMaking, setIsMaking] = useState(false);
  const [secret, setSecret] = useState<string>();
  const { busy, fault, said, act } = useActs();
  const t = laterTexts.sharedProofs;

  const load = async () => {
    const fetched = await fetchSharedProofs(siteServer);
    if (fetched.ok) setShown(fetched.value);
    return fetched.ok ? undefined : fetched.fault;
  };
  useEffect(() => {
    void (async () => {
      const fetched = await fetchSharedProofs(siteServer);
      if (fetched.ok) setShown(fetched.value);
    })();
  }, []);

  const make = (asked: Omit<ShareProof, 'kind' | 'tokenHash' | 'publicKey'>) =>
    act(async () => {
      const made = await shareProof(siteServer, browserPasskeys, asked);
      if (!made.ok) return made.fault;
      setIsMaking(false);
      setSecret(made.value);
      return load();
    }, t.made);
  const revoke = (proofId: string) =>
    act(async () => {
      const revoked = await revokeSharedProof(siteServer, proofId);
      return revoked.ok ? load() : revoked.fault;
    }, t.revoked);

  return (
    <section className="sheet" aria-labelledby="account-shared-proofs">
      <h2 id="account-shared-proofs">{t.title}</h2>
      <p>{t.words}</p>
      {fault !== undefined && <FaultPanel fault={fault} />}
      <output className={said === '' ? 'only-heard' : 'notice notice-good'}>{said}</output>
      {secret !== undefined && <MadeProof secret={secret} onDone={() => setSecret(undefined)} />}
      {isMaking && shown !== undefined ? (
        <ProofForm offered={shown.offered} isBusy={busy} onMake={(asked) => void make(asked)} onCancel={() => setIsMaking(false)} />
      ) : (
        <div className="actions">
          <ActionButton
            isDisabled={busy || shown === undefined}
            onPress={() => {
              setSecret(undefined);
              setIsMaking(true);
            }}
          >
            {t.make}
          </ActionButton>
        </div>
      )}
      {shown?.proofs.length === 0 && <p>{t.none}</p>}
      {shown !== undefined && shown.proofs.length > 0 && (
        <>
          <h3>{t.listTitle}</h3>
          <ul className="rows">
            {shown.proofs.map(({ proofId, state, recipient, purpose, attributes, views, seenAt, expiresAt }) => (
              <li key={proofId} data-shared-proof={state}>
                <span>
                  <strong>{recipient}</strong>
                  <small>{purpose}</small>
                  <small>{t.shows(attributes.map((attribute) => t.attributes[attribute]).join(', '))}</small>
                  <small>
                    <strong>{t.states[state]}</strong>
                    {state === 'open' && ` ${t.until(formatMoment(expiresAt))}`}
                  </small>
                  <small>
                    {t.seen(seenAt.length, views)} {seenAt.map(formatMoment).join('; ')}
                  </small>
                </span>
                {state === 'open' && (
                  <ActionButton aria-label={t.revokeLabel(recipient)} isDisabled={busy} onPress={() => void revoke(proofId)}>
                    {t.revoke}
                  </ActionButton>
                )}
              </li>
            ))}
          </ul>
          <p className="field-help">{t.limits}</p>
        </>
      )}
    </section>
  );
}
