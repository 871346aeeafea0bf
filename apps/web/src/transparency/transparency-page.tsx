import { fetchConfiguration, fetchFigures, type ShownDay } from '@visavis/client';
import { waitedAtMost } from '@visavis/contract';
import type { PublicFault } from '@visavis/kernel';
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { Screen } from '../components/screen.tsx';
import { formatDate, texts } from '../text/texts.ts';

const OUTCOMES = ['accept', 'refer', 'reject', 'withdrawn', 'failed'] as const;

/** What the service's days came to, each proof checked in this page. For browser tests: `data-day`, `data-proven`. */
export function TransparencyPage(): ReactElement {
  const [days, setDays] = useState<readonly ShownDay[]>();
  const [fault, setFault] = useState<PublicFault>();
  const load = useCallback(async () => {
    const configured = await fetchConfiguration(siteServer);
    const fetched = configured.ok ? await fetchFigures(siteServer, configured.value.logKey) : configured;
    setFault(fetched.ok ? undefined : fetched.fault);
    if (fetched.ok) setDays(fetched.value);
  }, []);
  useEffect(() => {
    void (async () => load())();
  }, [load]);
  const t = texts.transparency;
  return (
    <Screen name="transparency" title={t.title} lede={t.lede}>
      {fault !== undefined && (
        <FaultPanel fault={fault}>
          <ActionButton onPress={() => void load()}>{texts.tryAgain}</ActionButton>
        </FaultPanel>
      )}
      <p>{t.words}</p>
      {days === undefined ? fault === undefined && <p>{texts.loading}</p> : days.length === 0 && <p className="notice">{t.none}</p>}
      {days?.map((day) => (
        <DaySection key={day.figures.day} day={day} />
      ))}
    </Screen>
  );
}

function DaySection({ day: { figures, proven } }: { readonly day: ShownDay }): ReactElement {
  const t = texts.transparency;
  const id = `day-${figures.day}`;
  const refusals = Object.entries(figures.refusals).toSorted(([, a], [, b]) => b - a);
  return (
    <section className="sheet" aria-labelledby={id} data-day={figures.day} data-proven={proven !== undefined}>
      <h2 id={id}>{t.day(formatDate(figures.day))}</h2>
      <Counts rows={[[t.attempts, figures.attempts], ...OUTCOMES.map((outcome) => [t.outcomes[outcome], figures.outcomes[outcome]] as const)]} />
      <h3>{t.refusalsTitle}</h3>
      {refusals.length === 0 && figures.rareRefusals === 0 ? <p>{t.nobodyRefused}</p> : <Counts rows={[...refusals, ...(figures.rareRefusals === 0 ? [] : [[t.rare, figures.rareRefusals] as const])]} />}
      <h3>{t.waitedTitle}</h3>
      <Counts rows={waitedAtMost.map((seconds) => [t.waited[seconds], figures.waited[seconds]] as const)} />
      <Counts
        rows={[
          [t.identitiesMade, figures.identitiesMade],
          [t.identitiesErased, figures.identitiesErased],
          [t.roomsErased, figures.roomsErased],
        ]}
      />
      <p className={proven === undefined ? 'field-error' : 'field-help'}>{proven === undefined ? t.notProven : t.proven(proven.index + 1)}</p>
    </section>
  );
}

function Counts({ rows }: { readonly rows: readonly (readonly [string, number])[] }): ReactElement {
  return (
    <dl className="counts">
      {rows.map(([name, n]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{n.toLocaleString('en')}</dd>
        </div>
      ))}
    </dl>
  );
}
