import { addWayToOpen, blockService, createRecoveryCode, fetchHistory, type HistoryKey, openHistoryWithCode, openHistoryWithPasskey, readHistory, startHistory, stopHistory } from '@visavis/client';
import type { HistoryEntry, HistoryKeys } from '@visavis/contract';
import type { PublicFault, Result } from '@visavis/kernel';
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { browserPasskeys } from '../browser/browser-passkeys.ts';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { Points } from '../components/points.tsx';
import { TextBox } from '../components/text-box.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { texts } from '../text/texts.ts';
import { HistoryList } from './history-list.tsx';
import { RecoveryCode } from './recovery-code.tsx';

/** A code as people type it: seven groups of four, with whatever between them. */
const MAX_CODE_LENGTH = 48;

type Read = { readonly entries: readonly HistoryEntry[]; readonly unreadable: number };

type Shown =
  | { readonly state: 'loading' }
  | { readonly state: 'unreachable' }
  | { readonly state: 'off'; readonly code?: string }
  | { readonly state: 'locked'; readonly keys: HistoryKeys; readonly isTyping: boolean }
  | { readonly state: 'open'; readonly keys: HistoryKeys; readonly key: HistoryKey; readonly read: Read; /** This device's passkey can open it. */ readonly opensHere: boolean; readonly code?: string; readonly isEnding: boolean };

/**
 * The citizen's sealed history: switched on, opened, read and switched off here. The key and what it opens live in
 * this page's memory only. For browser tests: `data-history`.
 */
export function HistorySection({ onBlocked }: { /** A service was shut out from here. */ readonly onBlocked: () => void }): ReactElement {
  const [shown, setShown] = useState<Shown>({ state: 'loading' });
  const [fault, setFault] = useState<PublicFault>();
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState(false);
  const [typed, setTyped] = useState('');
  const t = laterTexts.history;

  const load = useCallback(async () => {
    const keys = await fetchHistory(siteServer);
    setFault(keys.ok ? undefined : keys.fault);
    if (!keys.ok) setShown({ state: 'unreachable' });
    else setShown(keys.value.key === undefined ? { state: 'off' } : { state: 'locked', keys: keys.value, isTyping: false });
  }, []);
  useEffect(() => {
    void (async () => load())();
  }, [load]);

  /** One thing at a time; what went wrong is shown, what went well is said. */
  const act = async (work: () => Promise<PublicFault | undefined>) => {
    setBusy(true);
    setSaid('');
    setFault(await work());
    setBusy(false);
  };
  const showOpened = async (opened: Result<HistoryKey, PublicFault>, opensHere: boolean): Promise<PublicFault | undefined> => {
    if (!opened.ok) return opened.fault;
    const [keys, read] = [await fetchHistory(siteServer), await readHistory(siteServer, opened.value)];
    if (!keys.ok) return keys.fault;
    if (!read.ok) return read.fault;
    setTyped('');
    setShown({ state: 'open', keys: keys.value, key: opened.value, read: read.value, opensHere, isEnding: false });
    return undefined;
  };
  const makeCode = () => createRecoveryCode((n) => crypto.getRandomValues(new Uint8Array(n)));
  const switchOn = (recoveryCode: string | undefined) =>
    act(async () => {
      const keys = await fetchHistory(siteServer);
      if (!keys.ok) return keys.fault;
      const on = await startHistory({ server: siteServer, passkeys: browserPasskeys, identityId: keys.value.identityId, ...(recoveryCode !== undefined && { recoveryCode }) });
      if (!on.ok) return on.fault;
      setSaid(on.value.opensWithPasskey ? t.switchedOn : t.switchedOnCodeOnly);
      return showOpened({ ok: true, value: on.value.key }, on.value.opensWithPasskey);
    });
  const addWay = (open: Extract<Shown, { state: 'open' }>, recoveryCode?: string) =>
    act(async () => {
      const added = await addWayToOpen(siteServer, browserPasskeys, open.key, recoveryCode);
      if (!added.ok) return added.fault;
      setSaid(recoveryCode === undefined ? t.passkeyAdded : t.codeReplaced);
      return showOpened({ ok: true, value: open.key }, open.opensHere || recoveryCode === undefined);
    });
  const block = (clientId: string, service: string) =>
    act(async () => {
      const blocked = await blockService(siteServer, clientId);
      if (!blocked.ok) return blocked.fault;
      setSaid(laterTexts.services.blocked(service, blocked.value.caseNumber));
      onBlocked();
      return undefined;
    });
  const switchOff = () =>
    act(async () => {
      const off = await stopHistory(siteServer);
      if (!off.ok) return off.fault;
      setSaid(t.switchedOff);
      setShown({ state: 'off' });
      return undefined;
    });

  return (
    <section className="sheet" aria-labelledby="account-history" data-history={shown.state}>
      <h2 id="account-history">{t.title}</h2>
      <output className={said === '' ? 'only-heard' : 'notice notice-good'}>{said}</output>
      {shown.state === 'loading' && <p>{texts.loading}</p>}
      {fault !== undefined && (
        <FaultPanel fault={fault}>
          {shown.state === 'unreachable' && <ActionButton onPress={() => void load()}>{texts.tryAgain}</ActionButton>}
        </FaultPanel>
      )}
      {shown.state === 'off' && shown.code === undefined && (
        <>
          <p>{t.offWords}</p>
          <Points points={t.offPoints} />
          <div className="actions">
            <ActionButton isDisabled={busy} onPress={() => void makeCode().then((code) => setShown({ state: 'off', code }))}>
              {t.switchOn}
            </ActionButton>
          </div>
        </>
      )}
      {shown.state === 'off' && shown.code !== undefined && (
        <RecoveryCode code={shown.code} action={t.switchOnWithCode} isBusy={busy} onKept={() => void switchOn(shown.code)}>
          <ActionButton isDisabled={busy} onPress={() => void switchOn(undefined)}>
            {t.switchOnWithoutCode}
          </ActionButton>
          <ActionButton weight="quiet" isDisabled={busy} onPress={() => setShown({ state: 'off' })}>
            {t.cancel}
          </ActionButton>
        </RecoveryCode>
      )}
      {shown.state === 'locked' && (
        <>
          <p>{t.lockedWords}</p>
          <div className="actions">
            <ActionButton isPending={busy && !shown.isTyping} onPress={() => void act(async () => showOpened(await openHistoryWithPasskey(siteServer, browserPasskeys, shown.keys), true))}>
              {t.openWithPasskey}
            </ActionButton>
            {!shown.isTyping && hasCode(shown.keys) && (
              <ActionButton isDisabled={busy} onPress={() => setShown({ ...shown, isTyping: true })}>
                {t.openWithCode}
              </ActionButton>
            )}
          </div>
          {shown.isTyping && (
            <form
              className="sub-form"
              onSubmit={(event) => {
                event.preventDefault();
                void act(async () => showOpened(await openHistoryWithCode(shown.keys, typed), false));
              }}
            >
              <TextBox label={t.codeLabel} help={t.codeHelp} value={typed} onChange={setTyped} maxLength={MAX_CODE_LENGTH} code />
              <div className="actions">
                <ActionButton type="submit" isPending={busy}>
                  {t.openNow}
                </ActionButton>
              </div>
            </form>
          )}
        </>
      )}
      {shown.state === 'open' && (
        <>
          <HistoryList entries={shown.read.entries} unreadable={shown.read.unreadable} isBusy={busy} onNotMe={(clientId, service) => void block(clientId, service)} />
          {shown.code !== undefined && (
            <RecoveryCode code={shown.code} action={t.takeNewCode} isBusy={busy} onKept={() => void addWay(shown, shown.code)}>
              <ActionButton weight="quiet" isDisabled={busy} onPress={() => setShown(withoutCode(shown))}>
                {t.cancel}
              </ActionButton>
            </RecoveryCode>
          )}
          {shown.isEnding ? (
            <div className="notice notice-care">
              <p>{t.offWarning}</p>
              <div className="actions">
                <ActionButton isDisabled={busy} onPress={() => void switchOff()}>
                  {t.switchOffNow}
                </ActionButton>
                <ActionButton weight="quiet" isDisabled={busy} onPress={() => setShown({ ...shown, isEnding: false })}>
                  {t.cancel}
                </ActionButton>
              </div>
            </div>
          ) : (
            shown.code === undefined && (
              <div className="actions">
                <ActionButton isDisabled={busy} onPress={() => void makeCode().then((code) => setShown({ ...shown, code }))}>
                  {hasCode(shown.keys) ? t.newCode : t.firstCode}
                </ActionButton>
                {!shown.opensHere && (
                  <ActionButton isDisabled={busy} onPress={() => void addWay(shown)}>
                    {t.addPasskey}
                  </ActionButton>
                )}
                <ActionButton weight="quiet" isDisabled={busy} onPress={() => setShown({ state: 'locked', keys: shown.keys, isTyping: false })}>
                  {t.close}
                </ActionButton>
                <ActionButton weight="quiet" isDisabled={busy} onPress={() => setShown({ ...shown, isEnding: true })}>
                  {t.switchOff}
                </ActionButton>
              </div>
            )
          )}
        </>
      )}
    </section>
  );
}

const hasCode = (keys: HistoryKeys): boolean => keys.key?.wraps.some(({ kind }) => kind === 'recovery') === true;

function withoutCode(open: Extract<Shown, { state: 'open' }>): Shown {
  const { state, keys, key, read, opensHere, isEnding } = open;
  return { state, keys, key, read, opensHere, isEnding };
}
