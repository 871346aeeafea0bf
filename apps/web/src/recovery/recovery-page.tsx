import { completeRecovery, fetchRecoveryState } from '@visavis/client';
import type { RecoveryState } from '@visavis/contract';
import type { PublicFault, Result } from '@visavis/kernel';
import { type ReactElement, useState } from 'react';
import { browserPasskeys } from '../browser/browser-passkeys.ts';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { CheckRow } from '../components/check-row.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { Points } from '../components/points.tsx';
import { Screen } from '../components/screen.tsx';
import { Link, navigate } from '../navigation.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { formatDate, formatMoment, texts } from '../text/texts.ts';

/** For who lost their devices: how it goes, where it begins, and where it ends with the new passkey. */
export function RecoveryPage(): ReactElement {
  const [state, setState] = useState<RecoveryState>();
  const [keep, setKeep] = useState<readonly string[]>([]);
  const [fault, setFault] = useState<PublicFault>();
  const [isBusy, setIsBusy] = useState(false);
  const t = laterTexts.recovery;

  const run = async <T,>(asked: () => Promise<Result<T, PublicFault>>, then: (value: T) => void) => {
    setIsBusy(true);
    const answered = await asked();
    setFault(answered.ok ? undefined : answered.fault);
    if (answered.ok) then(answered.value);
    setIsBusy(false);
  };
  const goOn = () => run(() => fetchRecoveryState(siteServer, browserPasskeys), setState);
  const finish = () => run(() => completeRecovery(siteServer, browserPasskeys, keep), () => navigate('/account'));

  if (state?.devices !== undefined)
    return (
      <Screen name="recovery-ready" title={t.readyTitle} lede={t.readyLede}>
        {fault !== undefined && <FaultPanel fault={fault} />}
        <section className="sheet" aria-labelledby="recovery-devices">
          <h2 id="recovery-devices">{t.devicesTitle}</h2>
          <p>{t.devicesWords}</p>
          {state.devices.map(({ deviceId, name, addedAt }, i) => (
            <CheckRow
              key={deviceId}
              label={t.keepLabel(name ?? t.device(i + 1))}
              words={t.added(formatDate(addedAt))}
              given={keep.includes(deviceId)}
              onChange={(isKept) => setKeep((before) => (isKept ? [...before, deviceId] : before.filter((kept) => kept !== deviceId)))}
            />
          ))}
          <p className="field-help">{t.historyWords}</p>
          <div className="actions">
            <ActionButton weight="main" isPending={isBusy} onPress={() => void finish()}>
              {t.finish}
            </ActionButton>
          </div>
        </section>
      </Screen>
    );
  return (
    <Screen name="recovery" title={t.title} lede={t.lede}>
      <section className="sheet" aria-labelledby="recovery-steps">
        <h2 id="recovery-steps">{t.stepsTitle}</h2>
        <Points points={t.steps} />
        <p>{t.historyWords}</p>
        <p>
          {t.counterWords} <Link href="/counter">{texts.result.counter}</Link>
        </p>
        <p>
          <Link className="button button-main" href="/recover/begin">
            {t.begin}
          </Link>
        </p>
      </section>
      <section className="sheet" aria-labelledby="recovery-come-back">
        <h2 id="recovery-come-back">{t.comeBackTitle}</h2>
        {fault !== undefined && <FaultPanel fault={fault} />}
        <output className={state === undefined ? 'only-heard' : 'notice notice-good'}>{state !== undefined && t.stillWaits(formatMoment(state.readyAt))}</output>
        <p>{t.comeBackWords}</p>
        <div className="actions">
          <ActionButton isPending={isBusy} onPress={() => void goOn()}>
            {t.goOn}
          </ActionButton>
        </div>
      </section>
    </Screen>
  );
}
