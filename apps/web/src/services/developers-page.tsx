import { fetchConfiguration } from '@visavis/client';
import { type SandboxRefused, sandboxRefused, type SandboxRegistered, sandboxRegistered } from '@visavis/contract';
import { type ReactElement, useEffect, useState } from 'react';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { CheckRow } from '../components/check-row.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { Points } from '../components/points.tsx';
import { Screen } from '../components/screen.tsx';
import { TextBox } from '../components/text-box.tsx';
import { NotFoundScreen } from '../screens/not-found-screen.tsx';
import { claimLabel } from '../text/claim-words.ts';
import { laterTexts } from '../text/later-texts.ts';
import { formatDate, texts } from '../text/texts.ts';

const CLAIMS = ['given_name', 'family_name', 'birthdate', 'gender', 'nationality', 'age_over_18', 'age_over_13', 'age_band'] as const;

/** In the sandbox only: a developer registers a service of their own. */
export function DevelopersPage(): ReactElement {
  const [isSandbox, setIsSandbox] = useState<boolean>();
  useEffect(() => {
    void (async () => {
      const configured = await fetchConfiguration(siteServer);
      setIsSandbox(configured.ok && configured.value.sandbox === true);
    })();
  }, []);
  if (isSandbox === undefined) return <Screen name="developers" title={laterTexts.developers.title} lede={texts.loading} />;
  return isSandbox ? <Registration /> : <NotFoundScreen />;
}

function Registration(): ReactElement {
  const t = laterTexts.developers;
  const [name, setName] = useState('');
  const [redirectUri, setRedirectUri] = useState('http://localhost:3000/callback');
  const [purpose, setPurpose] = useState('');
  const [claims, setClaims] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<SandboxRefused>();
  const [registered, setRegistered] = useState<SandboxRegistered>();

  const register = async () => {
    setBusy(true);
    const answer = await postRegistration({ name, redirectUris: [redirectUri], purposes: [purpose], claims, tokenEndpointAuthMethod: 'client_secret_basic' });
    setRefused('fault' in answer ? answer : undefined);
    if (!('fault' in answer)) setRegistered(answer);
    setBusy(false);
  };
  if (registered !== undefined) return <Registered registered={registered} />;
  return (
    <Screen name="developers" title={t.title} lede={t.lede}>
      {refused !== undefined && (
        <FaultPanel fault={refused.fault}>
          <Points points={refused.details} />
        </FaultPanel>
      )}
      <section className="sheet">
        <TextBox label={t.name} help={t.nameHelp} value={name} onChange={setName} maxLength={80} />
        <TextBox label={t.redirectUri} help={t.redirectUriHelp} value={redirectUri} onChange={setRedirectUri} maxLength={2048} />
        <TextBox label={t.purpose} help={t.purposeHelp} value={purpose} onChange={setPurpose} maxLength={200} />
        <fieldset className="field">
          <legend className="field-label">{t.claims}</legend>
          {CLAIMS.map((claim) => (
            <CheckRow key={claim} label={claimLabel(claim)} words={claim} given={claims.includes(claim)} onChange={(given) => setClaims(given ? [...claims, claim] : claims.filter((one) => one !== claim))} />
          ))}
        </fieldset>
        <div className="actions">
          <ActionButton weight="main" isPending={busy} onPress={() => void register()}>
            {t.register}
          </ActionButton>
        </div>
      </section>
    </Screen>
  );
}

function Registered({ registered: { clientId, clientSecret, managementSecret, expiresAt } }: { readonly registered: SandboxRegistered }): ReactElement {
  const t = laterTexts.developers;
  const rows = [
    [t.issuer, `${siteServer.origin}/oidc`],
    [t.clientId, clientId],
    ...(clientSecret === undefined ? [] : [[t.clientSecret, clientSecret]]),
    [t.managementSecret, managementSecret],
    [t.expiresAt, formatDate(expiresAt.slice(0, 10))],
  ] as const;
  return (
    <Screen name="developers-done" title={t.doneTitle} lede={t.doneLede}>
      <section className="sheet">
        <dl className="facts">
          {rows.map(([term, value]) => (
            <div key={term} className="fact">
              <dt>{term}</dt>
              <dd className="key-text">{value}</dd>
            </div>
          ))}
        </dl>
        <p className="field-help">{t.withdraw(`${siteServer.origin}/api/sandbox/services/${clientId}`)}</p>
      </section>
    </Screen>
  );
}

async function postRegistration(registration: object): Promise<SandboxRegistered | SandboxRefused> {
  const response = await siteServer.fetch(`${siteServer.origin}/api/sandbox/services`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(registration) });
  const body: unknown = await response.json();
  return response.ok ? sandboxRegistered.parse(body) : sandboxRefused.parse(body);
}
