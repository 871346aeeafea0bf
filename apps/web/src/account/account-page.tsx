import { closeSession, fetchAccount, fetchConfiguration, openSession } from '@visavis/client';
import type { Account, ClientConfiguration, ReceiptFile } from '@visavis/contract';
import type { PublicFault } from '@visavis/kernel';
import { type ReactElement, useCallback, useEffect, useState } from 'react';
import { browserPasskeys } from '../browser/browser-passkeys.ts';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { PasskeyField } from '../components/passkey-field.tsx';
import { Screen } from '../components/screen.tsx';
import { webFault } from '../faults.ts';
import { Link } from '../navigation.tsx';
import { lastReceipt } from '../receipt/last-receipt.ts';
import { ReceiptCard } from '../receipt/receipt-card.tsx';
import { ReceiptNotice } from '../receipt/receipt-notice.tsx';
import { laterTexts } from '../text/later-texts.ts';
import { texts } from '../text/texts.ts';
import { AccountScreen } from './account-screen.tsx';

type Shown = { readonly state: 'loading' } | { readonly state: 'signedOut'; readonly fault?: PublicFault; readonly said?: string } | { readonly state: 'unreachable'; readonly fault: PublicFault } | { readonly state: 'account'; readonly account: Account } | { readonly state: 'erased'; readonly receipt: ReceiptFile };

/** The citizen's own page, behind their passkey. */
export function AccountPage(): ReactElement {
  const [shown, setShown] = useState<Shown>({ state: 'loading' });
  const [configuration, setConfiguration] = useState<ClientConfiguration>();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<PublicFault>();

  /** @param hasSignedIn who is unknown still, right after, has a browser that keeps nothing */
  const load = useCallback(async (hasSignedIn = false) => {
    const [loaded, configured] = await Promise.all([fetchAccount(siteServer), fetchConfiguration(siteServer)]);
    if (configured.ok) setConfiguration(configured.value);
    if (loaded.ok) setShown({ state: 'account', account: loaded.value });
    else if (loaded.fault.stage === 'signIn') setShown({ state: 'signedOut', ...(hasSignedIn && { fault: webFault('BROWSER_NO_COOKIES') }) });
    else setShown({ state: 'unreachable', fault: loaded.fault });
  }, []);
  useEffect(() => {
    void (async () => load())();
  }, [load]);

  const signIn = async () => {
    setBusy(true);
    const opened = await openSession(siteServer, browserPasskeys);
    if (opened.ok) await load(true);
    else setShown({ state: 'signedOut', fault: opened.fault });
    setBusy(false);
  };
  const signInOffered = async (passkeys: Parameters<typeof openSession>[1]) => {
    const opened = await openSession(siteServer, passkeys);
    // Not chosen, or the button was pressed instead: nothing happened.
    if (opened.ok) await load(true);
    else if (opened.fault.code !== 'PASSKEY_NOT_USED') setShown({ state: 'signedOut', fault: opened.fault });
  };
  const signOut = async () => {
    const closed = await closeSession(siteServer);
    if (closed.ok) setShown({ state: 'signedOut', said: laterTexts.account.signedOut });
    else setFault(closed.fault);
  };

  const receipt = lastReceipt();
  const t = laterTexts.account;
  if (shown.state === 'loading') return <Screen name="loading" title={t.title} lede={texts.loading} />;
  if (shown.state === 'unreachable')
    return (
      <Screen name="account" title={t.title}>
        <FaultPanel fault={shown.fault}>
          <ActionButton weight="main" onPress={() => void load()}>
            {texts.tryAgain}
          </ActionButton>
        </FaultPanel>
      </Screen>
    );
  if (shown.state === 'signedOut')
    return (
      <Screen name="account-sign-in" title={t.signInTitle} lede={t.signInLede}>
        {shown.said !== undefined && (
          <output className="notice">{shown.said}</output>
        )}
        {shown.fault !== undefined && <FaultPanel fault={shown.fault} />}
        <section className="sheet">
          <PasskeyField onOffered={signInOffered} />
          <div className="actions">
            <ActionButton weight="main" onPress={() => void signIn()} isPending={busy}>
              {t.signIn}
            </ActionButton>
          </div>
          <p>
            {t.none} <Link href="/">{t.makeOne}</Link>
          </p>
          <p>
            {t.lost} <Link href="/recover">{laterTexts.recovery.link}</Link>
          </p>
        </section>
      </Screen>
    );
  if (shown.state === 'erased')
    return (
      <Screen name="erased" title={laterTexts.erasure.doneTitle} lede={laterTexts.erasure.doneLede}>
        {configuration !== undefined && <ReceiptCard file={shown.receipt} keys={configuration} />}
        <p>
          <Link href="/">{laterTexts.erasure.home}</Link>
        </p>
      </Screen>
    );
  return (
    <AccountScreen
      account={shown.account}
      demoServiceUrl={configuration?.demoServiceUrl}
      fault={fault}
      onSignOut={() => void signOut()}
      receipt={receipt !== undefined && configuration !== undefined && <ReceiptNotice receipt={receipt} keys={configuration} />}
      onChanged={() => void load()}
      onErased={(receipt) => setShown({ state: 'erased', receipt })}
    />
  );
}
