import type { HistoryEntry } from '@visavis/contract';
import type { ReactElement } from 'react';
import { claimLabel } from '../text/claim-words.ts';
import { formatMoment, texts } from '../text/texts.ts';

/** Each sign-in, newest first. For browser tests: `data-history-entry`. */
export function HistoryList({ entries, unreadable }: { readonly entries: readonly HistoryEntry[]; readonly unreadable: number }): ReactElement {
  const t = texts.history;
  return (
    <>
      {entries.length === 0 ? (
        <p>{t.empty}</p>
      ) : (
        <ul className="rows">
          {entries.map((entry) => (
            <li key={`${entry.at} ${entry.origin}`} data-history-entry={entry.origin}>
              <span>
                <strong>{entry.service}</strong>
                <small>{t.entry(formatMoment(entry.at), entry.origin)}</small>
                <small>{entry.claims.length === 0 ? t.toldNothing : t.told(entry.claims.map(claimLabel).join(', '))}</small>
              </span>
            </li>
          ))}
        </ul>
      )}
      {unreadable > 0 && <p className="notice notice-care">{t.unreadable(unreadable)}</p>}
      <p className="field-help">{t.openNote}</p>
    </>
  );
}
