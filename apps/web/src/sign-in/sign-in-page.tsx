import { consentInInteraction, fetchInteraction, proveInInteraction } from '@visavis/client';
import type { ConsentAnswer, Interaction } from '@visavis/contract';
import type { PublicFault, Result } from '@visavis/kernel';
import { type ReactElement, type ReactNode, useCallback, useEffect, useState } from 'react';
import { browserPasskeys } from '../browser/browser-passkeys.ts';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { PasskeyField } from '../components/passkey-field.tsx';
import { Points } from '../components/points.tsx';
import { Screen } from '../components/screen.tsx';
import { SwitchRow } from '../components/switch-row.tsx';
import { webFault } from '../faults.ts';
import { Link } from '../navigation.tsx';
import { claimLabel, claimValue } from '../text/claim-words.ts';
import { laterTexts } from '../text/later-texts.ts';
import { texts } from '../text/texts.ts';
import { PhoneScreen } from './phone-screen.tsx';
import { ServiceNotice } from './service-notice.tsx';

type Claim = Interaction['claims'][number];

/** One sign-in to a service: first the passkey, then what the service may see. */
export function SignInPage({ uid }: { readonly uid: string }): ReactElement {
  const [current, setCurrent] = useState<Interaction>();
  const [fault, setFault] = useState<PublicFault>();
  const [busy, setBusy] = useState(false);
  const [leaving, setLeaving] = useState(false);
  /** Voluntary claims that were switched on this page. */
  const [chosen, setChosen] = useState<Readonly<Record<string, boolean>>>({});
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
  const proveOffered = async (shown: Interaction, passkeys: Parameters<typeof proveInInteraction>[1]) => {
    // A challenge serves once: an offer that stands for long gets one of its own.
    const fresh = await fetchInteraction(siteServer, uid);
    const proven = await proveInInteraction(siteServer, passkeys, fresh.ok ? fresh.value : shown);
    // Not chosen, or the button was pressed instead: nothing happened.
    if (proven.ok || proven.fault.code !== 'PASSKEY_NOT_USED') show(proven);
  };
  const answer = async (given: ConsentAnswer) => {
    setBusy(true);
    const answered = await consentInInteraction(siteServer, uid, given);
    if (answered.ok) leaveFor(answered.value.returnTo);
    else setFault(answered.fault);
    setBusy(false);
  };

  const t = laterTexts.signIn;
  if (current === undefined)
    return (
      <Screen name="sign-in" title={texts.siteName} {...(fault === undefined && { lede: texts.loading })}>
        {fault !== undefined && (
          <SignInFault fault={fault}>
            <ActionButton onPress={() => void load()}>{texts.tryAgain}</ActionButton>
          </SignInFault>
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
        {fault !== undefined && <SignInFault fault={fault} />}
        <section className="sheet">
          <h2>{t.consentTitle(current.service.name)}</h2>
          {current.claims.length === 0 ? <p>{t.noClaims}</p> : <Points points={current.claims.map(({ name, essential }) => (essential ? claimLabel(name) : t.wish(claimLabel(name))))} />}
          <PasskeyField onOffered={(passkeys) => proveOffered(current, passkeys)} />
          <div className="actions">
            <ActionButton weight="main" isPending={busy} onPress={() => void prove(current)}>
              {t.withPasskey}
            </ActionButton>
            <ActionButton isDisabled={busy} onPress={() => setByPhone(true)}>
              {laterTexts.phone.choose}
            </ActionButton>
            <ActionButton isDisabled={busy} onPress={() => void answer({ agree: false })}>
              {t.refuse}
            </ActionButton>
          </div>
          <p className="field-help">
            {t.noPasskey} <Link href="/">{t.enrol}</Link>
          </p>
        </section>
      </Screen>
    );
  const voluntary = current.claims.filter(({ essential }) => !essential);
  // Off, unless it was agreed to before: what a service merely would like to know is nobody's default (GDPR art. 25).
  const isGiven = (claim: Claim): boolean => claim.essential || (chosen[claim.name] ?? claim.agreed === true);
  return (
    <Screen name="sign-in-consent" title={t.consentTitle(current.service.name)} lede={t.consentLede}>
      <ServiceNotice service={current.service} />
      {fault !== undefined && <SignInFault fault={fault} />}
      <section className="sheet">
        {current.claims.length === 0 && <p>{t.noClaims}</p>}
        <NeededClaims claims={current.claims.filter(({ essential }) => essential)} />
        <VoluntaryClaims claims={voluntary} isGiven={isGiven} onChange={(name, isOn) => setChosen({ ...chosen, [name]: isOn })} />
        <p className="field-help">
          {t.level}: {laterTexts.account.levels[current.levelOfAssurance]}
        </p>
        <p className="field-help">{t.remembered}</p>
        <div className="actions">
          <ActionButton weight="main" isPending={busy} onPress={() => void answer({ agree: true, claims: current.claims.filter(isGiven).map(({ name }) => name) })}>
            {t.agree}
          </ActionButton>
          <ActionButton isDisabled={busy} onPress={() => void answer({ agree: false })}>
            {t.refuse}
          </ActionButton>
        </div>
      </section>
    </Screen>
  );
}

function NeededClaims({ claims }: { readonly claims: readonly Claim[] }): ReactElement | null {
  if (claims.length === 0) return null;
  return (
    <>
      <h2>{laterTexts.signIn.needs}</h2>
      <dl className="facts">
        {claims.map((claim) => (
          <div key={claim.name} className="fact" data-claim={claim.name}>
            <dt>{claimLabel(claim.name)}</dt>
            <dd>
              {claim.value === undefined ? laterTexts.signIn.notTold : claimValue(claim.name, claim.value)}
              {claim.source === 'civilRegistry' && <span className="field-help"> {laterTexts.signIn.fromCivilRegistry}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** For browser tests: `data-voluntary-claim`. */
function VoluntaryClaims({ claims, isGiven, onChange }: { readonly claims: readonly Claim[]; readonly isGiven: (claim: Claim) => boolean; readonly onChange: (name: string, isOn: boolean) => void }): ReactElement | null {
  const t = laterTexts.signIn;
  if (claims.length === 0) return null;
  return (
    <>
      <h2>{t.wishes}</h2>
      {claims.map((claim) => (
        <div key={claim.name} data-voluntary-claim={claim.name}>
          <SwitchRow
            label={claimLabel(claim.name)}
            words={claim.value === undefined ? t.provenOneDay : `${claimValue(claim.name, claim.value)}${claim.source === 'civilRegistry' ? ` ${t.fromCivilRegistry}` : ''}`}
            state={isGiven(claim) ? t.maySee : t.keptBack}
            isOn={isGiven(claim)}
            onChange={(isOn) => onChange(claim.name, isOn)}
          />
        </div>
      ))}
    </>
  );
}

/** A service that was shut out is let in from the account, and nowhere else. */
function SignInFault({ fault, children }: { readonly fault: PublicFault; readonly children?: ReactNode }): ReactElement {
  return <FaultPanel fault={fault}>{fault.code === 'SIGN_IN_SERVICE_BLOCKED' ? <Link href="/account">{laterTexts.signIn.openAccount}</Link> : children}</FaultPanel>;
}
