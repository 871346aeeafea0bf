import { agreeToClaims, blockService, fetchAccountServices, revokeConsent, unblockService } from '@visavis/client';
import type { AccountCase, AccountService, AccountServices } from '@visavis/contract';
import type { PublicFault, Result } from '@visavis/kernel';
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { browserPasskeys } from '../browser/browser-passkeys.ts';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { formatDate, texts } from '../text/texts.ts';
import { ServiceRow } from './service-row.tsx';

/**
 * What each service may know, to look at and to change; and those that are shut out. For browser tests:
 * `data-service`, `data-case`.
 */
export function ServicesSection(): ReactElement {
  const [shown, setShown] = useState<AccountServices>();
  const [fault, setFault] = useState<PublicFault>();
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState(false);
  const t = laterTexts.services;

  const load = useCallback(async () => {
    const loaded = await fetchAccountServices(siteServer);
    if (loaded.ok) setShown(loaded.value);
    return loaded.ok ? undefined : loaded.fault;
  }, []);
  useEffect(() => {
    void (async () => setFault(await load()))();
  }, [load]);

  /** One thing at a time; what went wrong is shown, what went well is said. */
  const act = async <T,>(work: Promise<Result<T, PublicFault>>, words: (done: T) => string) => {
    setBusy(true);
    setSaid('');
    const done = await work;
    setFault(done.ok ? await load() : done.fault);
    if (done.ok) setSaid(words(done.value));
    setBusy(false);
  };
  const agree = ({ clientId, name }: AccountService, claims: readonly string[]) => act(agreeToClaims(siteServer, clientId, claims), () => t.changed(name));
  const revoke = ({ clientId, name }: AccountService) => act(revokeConsent(siteServer, clientId), () => t.revoked(name));
  const block = ({ clientId, name }: AccountService) => act(blockService(siteServer, clientId), ({ caseNumber }) => t.blocked(name, caseNumber));
  const unblock = ({ clientId, name }: AccountService) => act(unblockService(siteServer, browserPasskeys, clientId), () => t.unblocked(name));

  return (
    <section className="sheet" aria-labelledby="account-services">
      <h2 id="account-services">{t.title}</h2>
      <output className={said === '' ? 'only-heard' : 'notice notice-good'}>{said}</output>
      {fault !== undefined && (
        <FaultPanel fault={fault}>{shown === undefined && <ActionButton onPress={() => void load().then(setFault)}>{texts.tryAgain}</ActionButton>}</FaultPanel>
      )}
      {shown === undefined && fault === undefined && <p>{texts.loading}</p>}
      {shown?.services.length === 0 && <p>{t.none}</p>}
      {shown !== undefined && shown.services.length > 0 && (
        <ul className="rows">
          {shown.services.map((service) => (
            <ServiceRow
              key={service.clientId}
              service={service}
              openCase={shown.cases.find(({ clientId, state }) => clientId === service.clientId && state === 'open')}
              isBusy={busy}
              onAgree={(claims) => void agree(service, claims)}
              onRevoke={() => void revoke(service)}
              onBlock={() => void block(service)}
              onUnblock={() => void unblock(service)}
            />
          ))}
        </ul>
      )}
      {shown !== undefined && shown.cases.length > 0 && <Cases cases={shown.cases} />}
    </section>
  );
}

function Cases({ cases }: { readonly cases: readonly AccountCase[] }): ReactElement {
  const t = laterTexts.services;
  return (
    <>
      <h3>{t.casesTitle}</h3>
      <ul className="rows">
        {cases.map((one) => (
          <li key={one.caseNumber} data-case={one.state}>
            <span>
              <strong>{t.caseKinds[one.kind](one.serviceName)}</strong>
              <small>{t.caseLine(one.caseNumber, formatDate(one.openedAt))}</small>
            </span>
            <span>{t.caseStates[one.state]}</span>
          </li>
        ))}
      </ul>
      <p className="field-help">{t.casesNote}</p>
    </>
  );
}
