import { browserSupportsWebAuthnAutofill, startAuthentication, type PublicKeyCredentialRequestOptionsJSON, WebAuthnAbortService } from '@simplewebauthn/browser';
import type { Passkeys } from '@visavis/client';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { laterTexts } from '../text/later-texts.ts';
import { TextBox } from './text-box.tsx';

/** A challenge lives five minutes: the device is asked anew before it is over. */
const ASK_AGAIN_MS = 4 * 60_000;

/** Asks without a window of the browser's: the passkeys that fit are offered where somebody writes. */
const offeredPasskeys: Pick<Passkeys, 'get'> = {
  get: (options) => startAuthentication({ optionsJSON: options as unknown as PublicKeyCredentialRequestOptionsJSON, useBrowserAutofill: true }),
};

/**
 * A field in which the device offers its passkeys (WebAuthn's conditional mediation); nothing where it can't. What is
 * typed goes nowhere: there are no names to sign in by.
 * @param onOffered signs in with the passkeys it is given; called once, and again when its challenge gets old
 * @source WebAuthn Level 3 §5.1.4
 */
export function PasskeyField({ onOffered }: { readonly onOffered: (passkeys: Pick<Passkeys, 'get'>) => Promise<void> }): ReactElement | null {
  const [isOffered, setIsOffered] = useState(false);
  const [typed, setTyped] = useState('');
  const offer = useRef(onOffered);
  useEffect(() => {
    offer.current = onOffered;
  });
  useEffect(() => {
    void (async () => setIsOffered(await browserSupportsWebAuthnAutofill()))();
  }, []);
  useEffect(() => {
    if (!isOffered) return undefined;
    const ask = () => void offer.current(offeredPasskeys);
    ask();
    const timer = setInterval(ask, ASK_AGAIN_MS);
    return () => {
      clearInterval(timer);
      WebAuthnAbortService.cancelCeremony();
    };
  }, [isOffered]);
  return isOffered ? <TextBox label={laterTexts.passkeyField.label} help={laterTexts.passkeyField.help} value={typed} onChange={setTyped} maxLength={64} autoComplete="username webauthn" /> : null;
}
