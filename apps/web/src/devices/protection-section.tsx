import { confirmAct } from '@visavis/client';
import type { AccountAct, DeviceOverview } from '@visavis/contract';
import { type ReactElement, useState } from 'react';
import { browserPasskeys } from '../browser/browser-passkeys.ts';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { LockChoice, lockWords } from './lock-choice.tsx';
import { useActs } from './use-acts.ts';

interface ProtectionSectionProps {
  readonly overview: DeviceOverview;
  readonly onChanged: () => Promise<void>;
}

/** What the citizen stops: other ways to be known, or everything. */
export function ProtectionSection({ overview, onChanged }: ProtectionSectionProps): ReactElement {
  const { busy, fault, said, act } = useActs();
  const [opened, setOpened] = useState<string>();
  const t = laterTexts.devices;
  const confirmed = (wanted: AccountAct, done: string) =>
    act(async () => {
      const confirmedAct = await confirmAct(siteServer, browserPasskeys, wanted);
      if (!confirmedAct.ok) return confirmedAct.fault;
      await onChanged();
      return undefined;
    }, done);
  return (
    <section className="sheet" aria-labelledby="account-freeze">
      <h2 id="account-freeze">{t.protectionTitle}</h2>
      <output className={said === '' ? 'only-heard' : 'notice notice-good'}>{said}</output>
      {fault !== undefined && <FaultPanel fault={fault} />}
      <h3>{t.freezeTitle}</h3>
      <p>{overview.isFrozen ? t.frozenWords : t.freezeWords}</p>
      <div className="actions">
        {overview.isFrozen ? (
          <ActionButton weight="main" isPending={busy} onPress={() => void confirmed({ kind: 'unfreeze' }, t.nowUnfrozen)}>
            {t.unfreeze}
          </ActionButton>
        ) : (
          <ActionButton isPending={busy} onPress={() => void confirmed({ kind: 'freeze' }, t.nowFrozen)}>
            {t.freeze}
          </ActionButton>
        )}
      </div>
      <h3>{t.methodsTitle}</h3>
      <p className="field-help">{t.methodsWords}</p>
      <ul className="rows">
        {overview.methods.map(({ method, lock }) => (
          <li key={method} data-method={method}>
            <span>
              <strong>{t.methods[method]}</strong>
              {lock !== undefined && <small>{lockWords(lock)}</small>}
            </span>
            {lock === undefined && (
              <ActionButton aria-label={t.lockMethod(t.methods[method])} aria-expanded={opened === method} onPress={() => setOpened(opened === method ? undefined : method)}>
                {t.lock}
              </ActionButton>
            )}
            {(lock !== undefined || opened === method) && (
              <LockChoice
                name={t.methods[method]}
                lock={lock}
                isBusy={busy}
                onLock={(until) => void confirmed({ kind: 'lock', target: method, ...(until !== undefined && { until }) }, t.nowLocked)}
                onUnlock={() => {
                  setOpened(undefined);
                  void confirmed({ kind: 'unlock', target: method }, t.nowUnlocked);
                }}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
