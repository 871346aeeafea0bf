import { confirmAct, confirmEmailCode, fetchEmail } from '@visavis/client';
import { type AccountEmail, emailAddress } from '@visavis/contract';
import { type FormEvent, type ReactElement, useEffect, useState } from 'react';
import { browserPasskeys } from '../browser/browser-passkeys.ts';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { TextBox } from '../components/text-box.tsx';
import { useActs } from '../devices/use-acts.ts';
import { laterTexts } from '../text/later-texts.ts';

/** An e-mail address, for who wants one: set and removed by passkey, confirmed by a code. For browser tests: `data-email`. */
export function EmailSection(): ReactElement {
  const [shown, setShown] = useState<AccountEmail>();
  const [isChanging, setIsChanging] = useState(false);
  const [typed, setTyped] = useState('');
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string>();
  const { busy, fault, said, act } = useActs();
  const t = laterTexts.email;

  const load = async () => {
    const fetched = await fetchEmail(siteServer);
    if (fetched.ok) setShown(fetched.value);
    return fetched.ok ? undefined : fetched.fault;
  };
  useEffect(() => {
    void (async () => {
      const fetched = await fetchEmail(siteServer);
      if (fetched.ok) setShown(fetched.value);
    })();
  }, []);

  const send = (event: FormEvent) => {
    event.preventDefault();
    const address = emailAddress.safeParse(typed.trim());
    setProblem(address.success ? undefined : t.problem);
    if (!address.success) return;
    void act(async () => {
      const sent = await confirmAct(siteServer, browserPasskeys, { kind: 'setEmail', address: address.data });
      if (!sent.ok) return sent.fault;
      setIsChanging(false);
      setCode('');
      return load();
    });
  };
  const confirm = (event: FormEvent) => {
    event.preventDefault();
    void act(async () => {
      const confirmed = await confirmEmailCode(siteServer, code.replaceAll(/\D/g, ''));
      return confirmed.ok ? load() : confirmed.fault;
    }, t.confirmed);
  };
  const remove = () =>
    act(async () => {
      const removed = await confirmAct(siteServer, browserPasskeys, { kind: 'removeEmail' });
      return removed.ok ? load() : removed.fault;
    }, t.removed);

  return (
    <section className="sheet" aria-labelledby="account-email" data-email={shown?.address ?? ''}>
      <h2 id="account-email">{t.title}</h2>
      <p>{shown?.isOffered === false ? t.notOffered : t.words}</p>
      {fault !== undefined && <FaultPanel fault={fault} />}
      <output className={said === '' ? 'only-heard' : 'notice notice-good'}>{said}</output>
      {shown?.address !== undefined && (
        <>
          <dl className="facts">
            <dt>{t.current}</dt>
            <dd>{shown.address}</dd>
          </dl>
          <div className="actions">
            {shown.isOffered && !isChanging && (
              <ActionButton isDisabled={busy} onPress={() => setIsChanging(true)}>
                {t.change}
              </ActionButton>
            )}
            <ActionButton isDisabled={busy} onPress={() => void remove()}>
              {t.remove}
            </ActionButton>
          </div>
        </>
      )}
      {shown?.waiting !== undefined && (
        <form className="sub-form" onSubmit={confirm} noValidate>
          <p>{t.waiting(shown.waiting)}</p>
          <TextBox label={t.code} help={t.codeHelp} value={code} onChange={setCode} code maxLength={12} />
          <div className="actions">
            <ActionButton weight="main" type="submit" isPending={busy} isDisabled={code.replaceAll(/\D/g, '').length !== 8}>
              {t.confirm}
            </ActionButton>
          </div>
        </form>
      )}
      {shown?.isOffered === true && (shown.address === undefined || isChanging) && (
        <form className="sub-form" onSubmit={send} noValidate>
          <TextBox label={t.label} value={typed} onChange={setTyped} problem={problem} maxLength={254} />
          <div className="actions">
            <ActionButton type="submit" isPending={busy} isDisabled={typed.trim() === ''}>
              {t.send}
            </ActionButton>
          </div>
        </form>
      )}
    </section>
  );
}
