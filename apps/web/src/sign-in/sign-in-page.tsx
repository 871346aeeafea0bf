import { consentInInteraction, fetchInteraction, proveInInteraction } from '@visavis/client';
import type { Interaction } from '@visavis/contract';
import type { PublicFault, Result } from '@visavis/kernel';
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { browserPasskeys } from '../browser/browser-passkeys.ts';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { Points } from '../components/points.tsx';
import { Screen } from '../components/screen.tsx';
import { webFault } from '../faults.ts';
import { Link } from '../navigation.tsx';
import { claimLabel, claimValue } from '../text/claim-words.ts';
import { texts } from '../text/texts.ts';
import { PhoneScreen } from './phone-screen.tsx';
import { ServiceNotice } from './service-notice.tsx';

/** One sign-in to a service: first the passkey, then what the service may see. */
export function SignInPage({ uid }: { readonly uid: string }): ReactElement {
  const [current, setCurrent] = useState<Interaction>();
  const [fault, setFault] = useState<PublicFault>();
  const [busy, setBusy] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const [byPhone, setByPhone] = useState(false);

  const leaveFor = useCallback((target: string) => {
    const next = new URL(target, window.location.origin);
    // A web address, nothing that runs.
    if (next.protocol !== 'https:' && next.protocol !== 'http:') return;
    setLeaving(true);
    window.location.assign(next.href);
  }, []);
  const show = useCallback(
    (answer: Result<Interaction, PublicFault>) => {
      setFault(answer.ok ? undefined : answer.fault);
      if (!answer.ok) return;
      setCurrent(answer.value);
      if (answer.value.step === 'done' && answer.value.returnTo !== undefined) leaveFor(answer.value.returnTo);
    },
    [leaveFor],
  );
  const load = useCallback(async () => show(await fetchInteraction(siteServer, uid)), [show, uid]);
  useEffect(() => {
    void (async () => load())();
  }, [load]);

  const prove = async (shown: Interaction) => {
    setBusy(true);
    if (typeof PublicKeyCredential === 'undefined') setFault(webFault('BROWSER_NO_PASSKEY'));
    else show(await proveInInteraction(siteServer, browserPasskeys, shown));
    setBusy(false);
  };
  const answer = async (agree: boolean) => {
    setBusy(true);
    const answered = await consentInInteraction(siteServer, uid, agree);
    if (answered.ok) leaveFor(answered.value.returnTo);
    else setFault(answered.fault);
    setBusy(false);
  };

  const t = texts.signIn;
  if (current === undefined)
    return (
      <Screen name="sign-in" title={texts.siteName} {...(fault === undefined && { lede: texts.loading })}>
        {fault !== undefined && (
          <FaultPanel fault={fault}>
            <ActionButton onPress={() => void load()}>{texts.tryAgain}</ActionButton>
          </FaultPanel>
        )}
      </Screen>
    );
  if (leaving || current.step === 'done')
    return (
      <Screen name="sign-in-done" title={t.title(current.service.name)} lede={t.returning}>
        <p>{t.remembered}</p>
      </Screen>
    );
  const endByPhone = async () => {
    await load();
    setByPhone(false);
  };
  if (current.step === 'passkey' && byPhone) return <PhoneScreen current={current} onEnd={endByPhone} />;
  if (current.step === 'passkey')
    return (
      <Screen name="sign-in" title={t.title(current.service.name)} lede={t.passkeyLede}>
        <ServiceNotice service={current.service} />
        {fault !== undefined && <FaultPanel fault={fault} />}
        <section className="sheet">
          <h2>{t.consentTitle(current.service.name)}</h2>
          {current.claims.length === 0 ? <p>{t.noClaims}</p> : <Points points={current.claims.map((claim) => claimLabel(claim.name))} />}
          <div className="actions">
            <ActionButton weight="main" isPending={busy} onPress={() => void prove(current)}>
              {t.withPasskey}
            </ActionButton>
            <ActionButton isDisabled={busy} onPress={() => setByPhone(true)}>
              {texts.phone.choose}
            </ActionButton>
            <ActionButton isDisabled={busy} onPress={() => void answer(false)}>
              {t.refuse}
            </ActionButton>
          </div>
          <p className="field-help">
            {t.noPasskey} <Link href="/">{t.enrol}</Link>
          </p>
        </section>
      </Screen>
    );
  return (
    <Screen name="sign-in-consent" title={t.consentTitle(current.service.name)} lede={t.consentLede}>
      <ServiceNotice service={current.service} />
      {fault !== undefined && <FaultPanel fault={fault} />}
      <section className="sheet">
        <ClaimList claims={current.claims} />
        <p className="field-help">
          {t.level}: {texts.account.levels[current.levelOfAssurance]}
        </p>
        <p className="field-help">{t.remembered}</p>
        <div className="actions">
          <ActionButton weight="main" isPending={busy} onPress={() => void answer(true)}>
            {t.agree}
          </ActionButton>
          <ActionButton isDisabled={busy} onPress={() => void answer(false)}>
            {t.refuse}
          </ActionButton>
        </div>
      </section>
    </Screen>
  );
}

function ClaimList({ claims }: { readonly claims: Interaction['claims'] }): ReactElement {
  if (claims.length === 0) return <p>{texts.signIn.noClaims}</p>;
  return (
    <dl className="facts">
      {claims.map((claim) => (
        <div key={claim.name} className="fact" data-claim={claim.name}>
          <dt>{claimLabel(claim.name)}</dt>
          <dd>
            {claim.value === undefined ? texts.signIn.notTold : claimValue(claim.value)}
            {claim.source === 'civilRegistry' && <span className="field-help"> {texts.signIn.fromCivilRegistry}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
