import { confirmAct, fetchAccountRecovery } from '@visavis/client';
import type { AccountRecovery } from '@visavis/contract';
import type { PublicFault } from '@visavis/kernel';
import { type ReactElement, useEffect, useState } from 'react';
import { browserPasskeys } from '../browser/browser-passkeys.ts';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { formatMoment } from '../text/texts.ts';

/** While a recovery waits, its holder is told on every device, and can stop it with that device's passkey. */
export function RecoveryNotice(): ReactElement {
  const [waiting, setWaiting] = useState<AccountRecovery['waiting']>();
  const [fault, setFault] = useState<PublicFault>();
  const [said, setSaid] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const t = laterTexts.recovery;

  useEffect(() => {
    void (async () => {
      const fetched = await fetchAccountRecovery(siteServer);
      if (!fetched.ok) return setFault(fetched.fault);
      setWaiting(fetched.value.waiting);
      if (fetched.value.waiting !== undefined) setSaid(laterTexts.recovery.noticeTitle);
    })();
  }, []);

  const veto = async (recoveryId: string) => {
    setIsBusy(true);
    const vetoed = await confirmAct(siteServer, browserPasskeys, { kind: 'vetoRecovery', recoveryId });
    setIsBusy(false);
    if (!vetoed.ok) return setFault(vetoed.fault);
    setFault(undefined);
    setWaiting(undefined);
    setSaid(t.vetoed);
  };

  return (
    <>
      <output className={said === t.vetoed ? 'notice notice-good' : 'only-heard'}>{said}</output>
      {fault !== undefined && <FaultPanel fault={fault} />}
      {waiting !== undefined && (
        <section className="notice notice-care" aria-labelledby="account-recovery" data-recovery>
          <h2 id="account-recovery">{t.noticeTitle}</h2>
          <p>{t.noticeWords(formatMoment(waiting.startedAt), formatMoment(waiting.readyAt))}</p>
          <div className="actions">
            <ActionButton weight="main" isPending={isBusy} onPress={() => void veto(waiting.recoveryId)}>
              {t.veto}
            </ActionButton>
          </div>
        </section>
      )}
    </>
  );
}
