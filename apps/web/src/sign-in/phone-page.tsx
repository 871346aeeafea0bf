import { approveOnPhone, type Challenge, choosePhoneNumber, refuseOnPhone, scanPhoneCode } from '@visavis/client';
import type { ScannedApproval } from '@visavis/contract';
import type { PublicFault } from '@visavis/kernel';
import { type ReactElement, useEffect, useState } from 'react';
import { browserPasskeys } from '../browser/browser-passkeys.ts';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { Points } from '../components/points.tsx';
import { Screen } from '../components/screen.tsx';
import { webFault } from '../faults.ts';
import { Link } from '../navigation.tsx';
import { claimLabel } from '../text/claim-words.ts';
import { laterTexts } from '../text/later-texts.ts';
import { ServiceNotice } from './service-notice.tsx';

type Step = 'reading' | 'noCode' | 'asked' | 'confirm' | 'done' | 'stopped' | 'failed';

/** The phone's side of a sign-in on another screen: who asks, which number, then the passkey. */
export function PhonePage(): ReactElement {
  const [secret] = useState(() => window.location.hash.slice(1));
  const [step, setStep] = useState<Step>(secret === '' ? 'noCode' : 'reading');
  const [asked, setAsked] = useState<ScannedApproval>();
  const [challenge, setChallenge] = useState<Challenge>();
  const [fault, setFault] = useState<PublicFault>();
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    if (secret === '') return;
    // Out of the address, where it would be found again in the history and by whoever looks on.
    window.history.replaceState(null, '', window.location.pathname);
    void (async () => {
      const scanned = await scanOnce(secret);
      if (scanned.ok) setAsked(scanned.value);
      else setFault(scanned.fault);
      setStep(scanned.ok ? 'asked' : 'failed');
    })();
  }, [secret]);

  const t = laterTexts.phone;
  const choose = async (id: string, number: number) => {
    setBusy(true);
    const chosen = await choosePhoneNumber(siteServer, id, number);
    if (chosen.ok) setChallenge(chosen.value);
    else setFault(chosen.fault);
    setStep(chosen.ok ? 'confirm' : 'failed');
    setBusy(false);
  };
  const confirm = async (id: string, answered: Challenge) => {
    setBusy(true);
    setFault(undefined);
    if (typeof PublicKeyCredential === 'undefined') setFault(webFault('BROWSER_NO_PASSKEY'));
    else {
      const approved = await approveOnPhone(siteServer, browserPasskeys, id, answered);
      if (!approved.ok) setFault(approved.fault);
      // The device was not unlocked, nothing was sent: it may be tried again.
      if (approved.ok) setStep('done');
      else if (approved.fault.code !== 'PASSKEY_NOT_USED') setStep('failed');
    }
    setBusy(false);
  };
  const stop = async (id: string) => {
    setBusy(true);
    const stopped = await refuseOnPhone(siteServer, id);
    if (!stopped.ok) setFault(stopped.fault);
    setStep(stopped.ok ? 'stopped' : 'failed');
    setBusy(false);
  };

  if (step === 'noCode') return <Screen name="phone-end" title={t.noCode} lede={t.noCodeWords} />;
  if (step === 'done') return <Screen name="phone-end" title={t.doneTitle} lede={t.done} />;
  if (step === 'stopped') return <Screen name="phone-end" title={t.stoppedTitle} lede={t.stopped} />;
  if (step === 'failed')
    return (
      <Screen name="phone-end" title={t.pageTitle}>
        {fault !== undefined && (
          <FaultPanel fault={fault}>
            <Link className="button" href="/account">
              {t.account}
            </Link>
          </FaultPanel>
        )}
      </Screen>
    );
  if (asked === undefined) return <Screen name="phone" title={t.pageTitle} lede={t.reading} />;
  if (step === 'confirm' && challenge !== undefined)
    return (
      <Screen name="phone-confirm" title={t.confirmTitle} lede={t.confirmLede(asked.service.name)}>
        {fault !== undefined && <FaultPanel fault={fault} />}
        <section className="sheet">
          <div className="actions">
            <ActionButton weight="main" isPending={busy} onPress={() => void confirm(asked.id, challenge)}>
              {t.confirm}
            </ActionButton>
            <ActionButton isDisabled={busy} onPress={() => void stop(asked.id)}>
              {t.stop}
            </ActionButton>
          </div>
        </section>
      </Screen>
    );
  return (
    <Screen name="phone" title={t.askTitle(asked.service.name)} lede={t.askLede}>
      <ServiceNotice service={asked.service} from={t.from} />
      <p className="notice notice-care">
        <strong>{t.warnTitle}</strong>
        <span>{t.warn}</span>
        {asked.isOtherNetwork && <span data-other-network="">{t.otherNetwork}</span>}
      </p>
      <section className="sheet">
        <h2>{t.sees(asked.service.name)}</h2>
        {asked.claims.length === 0 ? <p>{laterTexts.signIn.noClaims}</p> : <Points points={asked.claims.map(({ name }) => claimLabel(name))} />}
        <p className="field-help">{t.later}</p>
      </section>
      <section className="sheet" aria-labelledby="phone-which">
        <h2 id="phone-which">{t.which}</h2>
        <div className="phone-numbers">
          {asked.numbers.map((number) => (
            <ActionButton key={number} isDisabled={busy} onPress={() => void choose(asked.id, number)}>
              {number}
            </ActionButton>
          ))}
        </div>
        <div className="actions">
          <ActionButton isDisabled={busy} onPress={() => void stop(asked.id)}>
            {t.none}
          </ActionButton>
        </div>
      </section>
    </Screen>
  );
}

const scans = new Map<string, ReturnType<typeof scanPhoneCode>>();

/** A code is good once, and React may run an effect twice. */
function scanOnce(secret: string): ReturnType<typeof scanPhoneCode> {
  const scan = scans.get(secret) ?? scanPhoneCode(siteServer, secret);
  scans.set(secret, scan);
  return scan;
}
