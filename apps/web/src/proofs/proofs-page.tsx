import { fetchCheckpoint, fetchConfiguration } from '@visavis/client';
import type { ClientConfiguration } from '@visavis/contract';
import type { PublicFault } from '@visavis/kernel';
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { Points } from '../components/points.tsx';
import { Screen } from '../components/screen.tsx';
import { texts } from '../text/texts.ts';

/** How anybody can check what this service says of itself. For browser tests: `data-checkpoint`. */
export function ProofsPage(): ReactElement {
  const [configuration, setConfiguration] = useState<ClientConfiguration>();
  const [checkpoint, setCheckpoint] = useState<{ readonly text: string; readonly size: number }>();
  const [fault, setFault] = useState<PublicFault>();
  const load = useCallback(async () => {
    const configured = await fetchConfiguration(siteServer);
    if (!configured.ok) {
      setFault(configured.fault);
      return;
    }
    setConfiguration(configured.value);
    const newest = await fetchCheckpoint(siteServer, configured.value.logKey);
    setFault(newest.ok ? undefined : newest.fault);
    if (newest.ok) setCheckpoint(newest.value);
  }, []);
  useEffect(() => {
    void (async () => load())();
  }, [load]);
  const t = texts.proofs;
  return (
    <Screen name="proofs" title={t.title} lede={t.lede}>
      {fault !== undefined && (
        <FaultPanel fault={fault}>
          <ActionButton onPress={() => void load()}>{texts.tryAgain}</ActionButton>
        </FaultPanel>
      )}
      <section className="sheet">
        <h2>{t.mineTitle}</h2>
        <Points points={t.mine} />
      </section>
      <section className="sheet">
        <h2>{t.allTitle}</h2>
        <p>{t.allWords}</p>
        <dl className="commands">
          {t.commands(siteServer.origin).map(({ command, words }) => (
            <div key={command}>
              <dt className="key-text">{command}</dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section className="sheet">
        <h2>{t.keysTitle}</h2>
        <p>{t.keysWords}</p>
        {configuration === undefined ? (
          fault === undefined && <p>{texts.loading}</p>
        ) : (
          <>
            <h3>{t.operatorKey}</h3>
            <pre className="key-block">{JSON.stringify(configuration.operatorKey)}</pre>
            <h3>{t.logKey}</h3>
            <pre className="key-block">{configuration.logKey}</pre>
          </>
        )}
      </section>
      <section className="sheet">
        <h2>{t.checkpointTitle}</h2>
        <p>{t.checkpointWords}</p>
        {checkpoint !== undefined && (
          <>
            <p>{t.checkpointSize(checkpoint.size)}</p>
            <pre className="key-block" data-checkpoint={checkpoint.size}>
              {checkpoint.text}
            </pre>
          </>
        )}
      </section>
      <section className="sheet">
        <h2>{t.limitsTitle}</h2>
        <Points points={t.limits} />
      </section>
    </Screen>
  );
}
