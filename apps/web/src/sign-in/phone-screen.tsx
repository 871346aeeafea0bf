import { beginPhoneApproval, endPhoneApproval, readPhoneApproval } from '@visavis/client';
import { type Interaction, PHONE_ASK_EVERY_MS, type PhoneApproval, phonePagePath } from '@visavis/contract';
import type { PublicFault, Result } from '@visavis/kernel';
import { type ReactElement, useEffect, useEffectEvent, useState } from 'react';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { QrCode } from '../components/qr-code.tsx';
import { Screen } from '../components/screen.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { ServiceNotice } from './service-notice.tsx';

/** Questions in a row that the network may swallow. */
const MOST_CUTS = 5;

interface PhoneScreenProps {
  readonly current: Interaction;
  /** The phone approved, or the citizen rather uses this device: the sign-in has to be read again. */
  readonly onEnd: () => Promise<void>;
}

/** The computer's side of a sign-in by phone: a code that moves, a number, and what became of it. */
export function PhoneScreen(props: PhoneScreenProps): ReactElement {
  const [attempt, setAttempt] = useState(1);
  return <Attempt key={attempt} {...props} onAgain={() => setAttempt(attempt + 1)} />;
}

function Attempt({ current, onEnd, onAgain }: PhoneScreenProps & { readonly onAgain: () => void }): ReactElement {
  const { uid, service } = current;
  const [shown, setShown] = useState<PhoneApproval>();
  const [fault, setFault] = useState<PublicFault>();

  const approved = useEffectEvent(onEnd);

  useEffect(() => {
    const left = new AbortController();
    const show = (now: Result<PhoneApproval, PublicFault>): PhoneApproval['state'] | undefined => {
      if (left.signal.aborted) return undefined;
      if (!now.ok) {
        setFault(now.fault);
        return undefined;
      }
      // Without a new code, the last one stays.
      setShown((before) => (now.value.state === 'showing' ? { ...before, ...now.value } : now.value));
      return now.value.state;
    };
    void (async () => {
      let state = show(await beginPhoneApproval(siteServer, uid));
      for (let cuts = 0; (state === 'showing' || state === 'scanned') && cuts < MOST_CUTS; ) {
        await new Promise((resolve) => setTimeout(resolve, PHONE_ASK_EVERY_MS));
        if (left.signal.aborted) return;
        const now = await readPhoneApproval(siteServer, uid, left.signal);
        if (!now.ok && now.fault.code === 'NETWORK_CUT') cuts += 1;
        else {
          cuts = 0;
          state = show(now);
        }
      }
      if (state === 'approved') await approved();
    })();
    return () => left.abort();
  }, [uid]);

  const giveUp = async () => {
    await endPhoneApproval(siteServer, uid);
    await onEnd();
  };
  const t = laterTexts.phone;
  const end = shown === undefined ? undefined : t.ends[shown.state];
  return (
    <Screen name="sign-in-phone" title={t.title} lede={t.lede(service.name)}>
      <ServiceNotice service={service} />
      {fault !== undefined && <FaultPanel fault={fault} />}
      <section className="sheet" data-phone={shown?.state ?? 'beginning'}>
        {shown?.state === 'showing' && shown.secret !== undefined && shown.number !== undefined && (
          <div className="phone-code">
            <QrCode text={new URL(phonePagePath(shown.secret), window.location.origin).href} label={t.codeLabel} />
            <ol className="phone-steps">
              {t.steps(service.name).map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
          </div>
        )}
        {shown?.state === 'scanned' && <h2>{t.scannedTitle}</h2>}
        {shown?.number !== undefined && (
          <p className="phone-number">
            <span className="only-heard">{t.numberLabel}: </span>
            {shown.number}
          </p>
        )}
        {end !== undefined && (
          <p className="notice notice-care" role="alert">
            {end}
          </p>
        )}
        <output>{shown?.state === 'scanned' && shown.number !== undefined ? t.scanned(shown.number) : shown?.state === 'showing' ? t.showing : ''}</output>
        <div className="actions">
          {(end !== undefined || fault?.code === 'NETWORK_CUT') && (
            <ActionButton weight="main" onPress={onAgain}>
              {t.again}
            </ActionButton>
          )}
          <ActionButton onPress={() => void giveUp()}>{t.here}</ActionButton>
        </div>
        {shown?.state === 'showing' && <p className="field-help">{t.changes}</p>}
      </section>
    </Screen>
  );
}
