import { type AccountLogEntry, fetchAccountLog, fetchConfiguration, verifyAccountLog } from '@visavis/client';
import type { AccountLog } from '@visavis/contract';
import type { PublicFault } from '@visavis/kernel';
import { type ReactElement, useState } from 'react';
import { saveFile } from '../browser/save-file.ts';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { formatMoment } from '../text/texts.ts';

/** The log's entries about the citizen, each proof checked in this page. For browser tests: `data-log-entry`, `data-proven`. */
export function AccountLogSection(): ReactElement {
  const [shown, setShown] = useState<{ readonly log: AccountLog; readonly entries: readonly AccountLogEntry[] }>();
  const [fault, setFault] = useState<PublicFault>();
  const [busy, setBusy] = useState(false);
  const t = laterTexts.accountLog;

  const load = async () => {
    setBusy(true);
    const [log, configuration] = await Promise.all([fetchAccountLog(siteServer), fetchConfiguration(siteServer)]);
    if (!log.ok) setFault(log.fault);
    else if (!configuration.ok) setFault(configuration.fault);
    else {
      setFault(undefined);
      setShown({ log: log.value, entries: verifyAccountLog(log.value, configuration.value.logKey) });
    }
    setBusy(false);
  };

  return (
    <section className="sheet" aria-labelledby="account-log">
      <h2 id="account-log">{t.title}</h2>
      <p>{t.words}</p>
      {fault !== undefined && <FaultPanel fault={fault} />}
      {shown === undefined ? (
        <div className="actions">
          <ActionButton isPending={busy} onPress={() => void load()}>
            {t.show}
          </ActionButton>
        </div>
      ) : (
        <>
          {shown.entries.length === 0 && <p>{t.none}</p>}
          <ul className="rows" aria-live="polite">
            {shown.entries.map((entry, i) => (
              <LogRow key={shown.log[i]?.opening.salt ?? i} entry={entry} />
            ))}
          </ul>
          <p className="field-help">{t.note}</p>
          <div className="actions">
            <ActionButton onPress={() => saveFile(t.file, `${JSON.stringify(shown.log, undefined, 2)}\n`)}>{t.download}</ActionButton>
          </div>
        </>
      )}
    </section>
  );
}

function LogRow({ entry: { entry, proven } }: { readonly entry: AccountLogEntry }): ReactElement {
  const t = laterTexts.accountLog;
  return (
    <li data-log-entry={entry?.kind ?? 'unknown'} data-proven={proven !== undefined}>
      <span>
        <strong>{entry === undefined ? t.unreadable : t.kinds[entry.kind]}</strong>
        {entry !== undefined && <small>{formatMoment(entry.at)}</small>}
        {entry?.kind === 'agentAccess' && <small>{t.agentPurpose(entry.purpose)}</small>}
        {proven === undefined ? <small className="field-error">{t.notProven}</small> : <small>{t.proven(proven.index + 1, proven.size)}</small>}
      </span>
    </li>
  );
}
