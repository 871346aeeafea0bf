import { closeDeskSession, fetchDeskSession, openDeskSession, registerForDesk } from '@visavis/client';
import type { DeskAgent } from '@visavis/contract';
import type { PublicFault, Result } from '@visavis/kernel';
import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { browserPasskeys } from '../browser/browser-passkeys.ts';
import { siteServer } from '../browser/site-server.ts';
import { ActionButton } from '../components/action-button.tsx';
import { FaultPanel } from '../components/fault-panel.tsx';
import { Screen } from '../components/screen.tsx';
import { Wordmark } from '../components/wordmark.tsx';
import { deskTexts } from './desk-texts.ts';

type State =
  | { readonly at: 'loading' }
  | { readonly at: 'register'; readonly invitation: string }
  | { readonly at: 'signIn'; readonly hasRegistered: boolean }
  | { readonly at: 'home'; readonly agent: DeskAgent }
  | { readonly at: 'failed'; readonly fault: PublicFault };

async function stateOfSession(): Promise<State> {
  const agent = await fetchDeskSession(siteServer);
  if (agent.ok) return { at: 'home', agent: agent.value };
  return agent.fault.code === 'DESK_SIGN_IN_NEEDED' ? { at: 'signIn', hasRegistered: false } : { at: 'failed', fault: agent.fault };
}

/** The invitation of the address, which is taken out of it: no history and no server gets to see it. */
function takeInvitation(): string | undefined {
  const [, invitation] = /^#([\w-]{43})$/.exec(window.location.hash) ?? [];
  if (invitation !== undefined) window.history.replaceState(null, '', window.location.pathname);
  return invitation;
}
const invited = takeInvitation();

/** The pages of those who work at a counter. For browser tests `data-screen`: `desk-register desk-sign-in desk loading`. */
export function Desk(): ReactElement {
  const [state, setState] = useState<State>(invited === undefined ? { at: 'loading' } : { at: 'register', invitation: invited });
  const enter = async (): Promise<void> => setState(await stateOfSession());
  useEffect(() => {
    if (invited !== undefined) return;
    void (async () => setState(await stateOfSession()))();
  }, []);
  return (
    <div className="site">
      <a className="skip" href="#content">
        {deskTexts.skipToContent}
      </a>
      <header className="site-header">
        <span className="wordmark">
          <Wordmark />
          {deskTexts.name}
        </span>
      </header>
      {state.at === 'loading' && <Screen name="loading" title={deskTexts.loading} />}
      {state.at === 'failed' && (
        <Screen name="broken" title={deskTexts.name}>
          <FaultPanel fault={state.fault} />
        </Screen>
      )}
      {state.at === 'register' && (
        <PasskeyScreen name="desk-register" texts={deskTexts.register} act={() => registerForDesk(siteServer, browserPasskeys, state.invitation)} onDone={() => setState({ at: 'signIn', hasRegistered: true })}>
          <p>{deskTexts.register.alone}</p>
        </PasskeyScreen>
      )}
      {state.at === 'signIn' && (
        <PasskeyScreen name="desk-sign-in" texts={deskTexts.signIn} act={() => openDeskSession(siteServer, browserPasskeys)} onDone={() => void enter()}>
          {state.hasRegistered && <p>{deskTexts.signIn.registered}</p>}
        </PasskeyScreen>
      )}
      {state.at === 'home' && <HomeScreen agent={state.agent} onSignedOut={() => setState({ at: 'signIn', hasRegistered: false })} />}
    </div>
  );
}

interface PasskeyScreenProps {
  readonly name: string;
  readonly texts: { readonly title: string; readonly lede: string; readonly action: string; readonly pending: string };
  readonly act: () => Promise<Result<unknown, PublicFault>>;
  readonly onDone: () => void;
  readonly children?: ReactNode;
}

function PasskeyScreen({ name, texts, act, onDone, children }: PasskeyScreenProps): ReactElement {
  const { isPending, fault, run } = useAct(act, onDone);
  return (
    <Screen name={name} title={texts.title} lede={texts.lede}>
      {children}
      {fault !== undefined && <FaultPanel fault={fault} />}
      <div className="actions">
        <ActionButton weight="main" isPending={isPending} onPress={run}>
          {isPending ? texts.pending : texts.action}
        </ActionButton>
      </div>
    </Screen>
  );
}

function HomeScreen({ agent, onSignedOut }: { readonly agent: DeskAgent; readonly onSignedOut: () => void }): ReactElement {
  const t = deskTexts.home;
  const { isPending, fault, run } = useAct(() => closeDeskSession(siteServer), onSignedOut);
  const until = new Date(agent.expiresAt).toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', hour12: false });
  return (
    <Screen name="desk" title={t.signedInAs(agent.name)}>
      <section className="sheet">
        <ul>
          {agent.roles.map((role) => (
            <li key={role}>{t.roles[role]}</li>
          ))}
        </ul>
        <p>{t.until(until)}</p>
        <p>{t.written}</p>
      </section>
      {fault !== undefined && <FaultPanel fault={fault} />}
      <div className="actions">
        <ActionButton isPending={isPending} onPress={run}>
          {isPending ? t.signingOut : t.signOut}
        </ActionButton>
      </div>
    </Screen>
  );
}

/** One thing done at a time, and why it was refused. */
function useAct(act: () => Promise<Result<unknown, PublicFault>>, onDone: () => void): { readonly isPending: boolean; readonly fault: PublicFault | undefined; readonly run: () => void } {
  const [isPending, setIsPending] = useState(false);
  const [fault, setFault] = useState<PublicFault>();
  const once = async (): Promise<void> => {
    setIsPending(true);
    setFault(undefined);
    const done = await act();
    setIsPending(false);
    if (done.ok) onDone();
    else setFault(done.fault);
  };
  return { isPending, fault, run: () => void once() };
}
