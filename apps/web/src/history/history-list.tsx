import type { HistoryEntry } from '@visavis/contract';
import type { ReactElement } from 'react';
import { ActionButton } from '../components/action-button.tsx';
import { claimLabel } from '../text/claim-words.ts';
import { laterTexts } from '../text/later-texts.ts';
import { formatMoment } from '../text/texts.ts';

interface HistoryListProps {
  readonly entries: readonly HistoryEntry[];
  readonly unreadable: number;
  readonly isBusy: boolean;
  readonly onNotMe: (clientId: string, serviceName: string) => void;
}

/** Each sign-in, newest first. For browser tests: `data-history-entry`. */
export function HistoryList({ entries, unreadable, isBusy, onNotMe }: HistoryListProps): ReactElement {
  const t = laterTexts.history;
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
              {entry.clientId !== undefined && <NotMe clientId={entry.clientId} entry={entry} isBusy={isBusy} onNotMe={onNotMe} />}
            </li>
          ))}
        </ul>
      )}
      {unreadable > 0 && <p className="notice notice-care">{t.unreadable(unreadable)}</p>}
      <p className="field-help">{t.openNote}</p>
    </>
  );
}

function NotMe({ clientId, entry: { at, service }, isBusy, onNotMe }: Pick<HistoryListProps, 'isBusy' | 'onNotMe'> & { readonly clientId: string; readonly entry: HistoryEntry }): ReactElement {
  return (
    <ActionButton weight="quiet" aria-label={laterTexts.history.notMeAt(service, formatMoment(at))} isDisabled={isBusy} onPress={() => onNotMe(clientId, service)}>
      {laterTexts.services.notMe}
    </ActionButton>
  );
}
