import { awaitAdmission, joinAccount, makeDevicePasskey, type OpenedTicket, openTicket, readDeviceCode } from '@visavis/client';
import type { PublicFault } from '@visavis/kernel';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { browserPasskeys } from '../browser/browser-passkeys.ts';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { Screen } from '../components/screen.tsx';
import { TextBox } from '../components/text-box.tsx';
import { Link } from '../navigation.tsx';
import { laterTexts } from '../text/later-texts.ts';

/** Three groups of four, with whatever people put between them. */
const MAX_CODE_LENGTH = 24;
const LOOK_EVERY_MS = 2000;

type Step =
  | { readonly at: 'code' }
  | { readonly at: 'opened'; readonly ticket: OpenedTicket }
  | { readonly at: 'made'; readonly ticket: OpenedTicket; readonly number: string }
  | { readonly at: 'added'; readonly ticket: OpenedTicket; readonly handover: string | undefined }
  | { readonly at: 'joined'; readonly opensHistory: boolean };

/** The new device's side: code, passkey, number. A page that is loaded again has to start again. For browser tests: `data-number`. */
export function AddDevicePage(): ReactElement {
  const [step, setStep] = useState<Step>({ at: 'code' });
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string>();
  const [fault, setFault] = useState<PublicFault>();
  const [busy, setBusy] = useState(false);
  const t = laterTexts.addDevice;

  const act = async (work: () => Promise<PublicFault | undefined>) => {
    setBusy(true);
    setFault(await work());
    setBusy(false);
  };
  const open = (code: string) =>
    act(async () => {
      const opened = await openTicket(siteServer, code);
      if (opened.ok) setStep({ at: 'opened', ticket: opened.value });
      return opened.ok ? undefined : opened.fault;
    });
  const openTyped = () => {
    const code = readDeviceCode(typed);
    setProblem(code === undefined ? t.codeProblem : undefined);
    if (code !== undefined) void open(code);
  };
  const isRead = useRef(false);
  useEffect(() => {
    if (isRead.current) return;
    isRead.current = true;
    const code = readDeviceCode(window.location.hash.slice(1));
    // Used once: it has no place in this browser's history.
    window.history.replaceState(null, '', window.location.pathname);
    if (code !== undefined) void (async () => open(code))();
  });
  const make = (ticket: OpenedTicket) =>
    act(async () => {
      const made = await makeDevicePasskey(siteServer, browserPasskeys, ticket);
      if (made.ok) setStep({ at: 'made', ticket, number: made.value });
      return made.ok ? undefined : made.fault;
    });
  const join = (ticket: OpenedTicket, handover: string | undefined) =>
    act(async () => {
      const joined = await joinAccount(siteServer, browserPasskeys, ticket, handover);
      if (joined.ok) setStep({ at: 'joined', opensHistory: joined.value.opensHistory });
      return joined.ok ? undefined : joined.fault;
    });

  const waiting = step.at === 'made' ? step.ticket : undefined;
  useEffect(() => {
    if (waiting === undefined) return undefined;
    const timer = setInterval(() => {
      void (async () => {
        const admitted = await awaitAdmission(siteServer, waiting);
        if (admitted.ok && admitted.value.isAdded) setStep({ at: 'added', ticket: waiting, handover: admitted.value.handover });
        else if (!admitted.ok && admitted.fault.stage !== 'network') {
          setFault(admitted.fault);
          setStep({ at: 'code' });
        }
      })();
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [waiting]);

  const failed = fault !== undefined && <FaultPanel fault={fault} />;
  if (step.at === 'code')
    return (
      <Screen name="add-device" title={t.title} lede={t.lede}>
        {failed}
        <section className="sheet">
          <form
            className="sub-form"
            onSubmit={(event) => {
              event.preventDefault();
              openTyped();
            }}
          >
            <TextBox label={t.code} help={t.codeHelp} value={typed} onChange={setTyped} problem={problem} maxLength={MAX_CODE_LENGTH} code />
            <div className="actions">
              <ActionButton weight="main" type="submit" isPending={busy}>
                {t.next}
              </ActionButton>
            </div>
          </form>
        </section>
      </Screen>
    );
  if (step.at === 'opened')
    return (
      <Screen name="add-device-passkey" title={t.whoseTitle(step.ticket.givenNames)} lede={t.whoseLede}>
        {failed}
        <section className="sheet">
          <p className="notice notice-care">{t.care}</p>
          <div className="actions">
            <ActionButton weight="main" isPending={busy} onPress={() => void make(step.ticket)}>
              {t.make}
            </ActionButton>
          </div>
        </section>
      </Screen>
    );
  if (step.at === 'made')
    return (
      <Screen name="add-device-compare" title={t.compareTitle} lede={t.compareLede}>
        {failed}
        <section className="sheet">
          <p className="compare-number" data-number={step.number}>
            {step.number}
          </p>
          <output>{t.waiting}</output>
        </section>
      </Screen>
    );
  if (step.at === 'added')
    return (
      <Screen name="add-device-added" title={t.addedTitle} lede={step.handover === undefined ? t.addedLede : t.addedLedeHistory}>
        {failed}
        <div className="actions">
          <ActionButton weight="main" isPending={busy} onPress={() => void join(step.ticket, step.handover)}>
            {t.openAccount}
          </ActionButton>
        </div>
      </Screen>
    );
  return (
    <Screen name="add-device-joined" title={t.joinedTitle} lede={step.opensHistory ? t.joinedLedeHistory : t.joinedLede}>
      <p>
        <Link href="/account" className="button button-main">
          {t.toAccount}
        </Link>
      </p>
    </Screen>
  );
}
