import { fetchServices } from '@visavis/client';
import type { PublicServices } from '@visavis/contract';
import type { PublicFault } from '@visavis/kernel';
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { Points } from '../components/points.tsx';
import { Screen } from '../components/screen.tsx';
import { claimLabel } from '../text/claim-words.ts';
import { laterTexts } from '../text/later-texts.ts';
import { texts } from '../text/texts.ts';

/** Every service that may ask a citizen to sign in. */
export function ServicesPage(): ReactElement {
  const [services, setServices] = useState<PublicServices['services']>();
  const [fault, setFault] = useState<PublicFault>();
  const load = useCallback(async () => {
    const fetched = await fetchServices(siteServer);
    setFault(fetched.ok ? undefined : fetched.fault);
    if (fetched.ok) setServices(fetched.value);
  }, []);
  useEffect(() => {
    void (async () => load())();
  }, [load]);
  const t = texts.registeredServices;
  return (
    <Screen name="services" title={t.title} lede={t.lede}>
      {fault !== undefined && (
        <FaultPanel fault={fault}>
          <ActionButton onPress={() => void load()}>{texts.tryAgain}</ActionButton>
        </FaultPanel>
      )}
      {services === undefined ? fault === undefined && <p>{texts.loading}</p> : services.length === 0 && <p className="notice">{t.none}</p>}
      {services?.map(({ clientId, name, purposes, claims, registrar }) => (
        <section key={clientId} className="sheet" aria-labelledby={`service-${clientId}`} data-service={clientId}>
          <h2 id={`service-${clientId}`}>{name}</h2>
          {registrar === 'developer' && <p className="notice">{laterTexts.signIn.notChecked}</p>}
          <h3>{t.purposes}</h3>
          <Points points={purposes} />
          <h3>{t.claims}</h3>
          <Points points={claims.map((claim) => claimLabel(claim))} />
          {registrar === 'operator' && (
            <p className="field-help">
              <a href={`/api/services/${clientId}/changes`}>{t.changes(name)}</a>
            </p>
          )}
        </section>
      ))}
    </Screen>
  );
}
