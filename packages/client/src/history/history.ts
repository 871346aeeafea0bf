import { type HistoryEntry, type HistoryKeys, historyKeys, historyPage, interaction, type PasskeyAnswer } from '@visavis/contract';
import { err, ok, type PublicFault, type Result } from '@visavis/kernel';
import { z } from 'zod';
import type { Passkeys, ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';
import { historyClientFault } from './faults.ts';
import { createHistoryKey, type HistoryKey, type HistorySecret, openHistoryKey } from './history-key.ts';
import { proveWithPrf } from './prove-with-prf.ts';
import { readRecoveryCode } from './recovery-code.ts';

const PATH = '/api/account/history';
/** A history keeps 2,000 entries; a server that goes on for ever is not believed. */
const MAX_PAGES = 25;

/** Whether a history is kept, and what opens it. Needs a session, as all below. */
export function fetchHistory(server: ServerPort): Promise<Result<HistoryKeys, PublicFault>> {
  return callServer(server, { method: 'GET', path: PATH, answer: historyKeys });
}

/**
 * Makes a key pair on this device and has the server seal each coming sign-in to it. The private half goes to the
 * server under this passkey's PRF secret, and under the printed code when there is one; with neither, nothing is
 * switched on.
 * @param o.recoveryCode as it was shown to the citizen, who says that they kept it
 * @faults HISTORY_PASSKEY_CANNOT_OPEN, PASSKEY_NOT_USED, HISTORY_ALREADY_ON
 */
export async function startHistory(o: { readonly server: ServerPort; readonly passkeys: Passkeys; readonly identityId: string; readonly recoveryCode?: string }): Promise<Result<{ readonly key: HistoryKey; readonly opensWithPasskey: boolean }, PublicFault>> {
  const recovery = o.recoveryCode === undefined ? undefined : await secretOf(o.recoveryCode);
  if (o.recoveryCode !== undefined && recovery === undefined) return err(historyClientFault('HISTORY_CODE_MISTYPED'));
  const proven = await freshProof(o.server, o.passkeys);
  if (!proven.ok) return proven;
  const secrets = [proven.value.secret, recovery].filter((secret) => secret !== undefined);
  if (secrets.length === 0) return err(historyClientFault('HISTORY_PASSKEY_CANNOT_OPEN'));
  const key = await createHistoryKey(o.identityId);
  const wraps = await Promise.all(secrets.map((secret) => key.wrap(secret)));
  const on = await callServer(o.server, { method: 'POST', path: PATH, body: { answer: proven.value.answer, publicKey: key.publicKey, wraps }, answer: z.undefined() });
  return on.ok ? ok({ key, opensWithPasskey: proven.value.secret !== undefined }) : on;
}

/** @faults HISTORY_NOT_FOR_THIS_PASSKEY, PASSKEY_NOT_USED */
export async function openHistoryWithPasskey(server: ServerPort, passkeys: Passkeys, { identityId, key }: HistoryKeys): Promise<Result<HistoryKey, PublicFault>> {
  // The answer is for this device's eyes only; the challenge makes no difference, but WebAuthn wants one.
  const proven = await freshProof(server, passkeys);
  if (!proven.ok) return proven;
  const opened = key === undefined || proven.value.secret === undefined ? undefined : await openAny(identityId, key, proven.value.secret);
  return opened === undefined ? err(historyClientFault('HISTORY_NOT_FOR_THIS_PASSKEY')) : ok(opened);
}

/** @faults HISTORY_CODE_MISTYPED, HISTORY_CODE_WRONG */
export async function openHistoryWithCode({ identityId, key }: HistoryKeys, typed: string): Promise<Result<HistoryKey, PublicFault>> {
  const secret = await secretOf(typed);
  if (secret === undefined) return err(historyClientFault('HISTORY_CODE_MISTYPED'));
  const opened = key === undefined ? undefined : await openAny(identityId, key, secret);
  return opened === undefined ? err(historyClientFault('HISTORY_CODE_WRONG')) : ok(opened);
}

/**
 * Lets this passkey open the history too, or, given a code, that code instead of any earlier one.
 * @faults HISTORY_PASSKEY_CANNOT_OPEN, PASSKEY_NOT_USED, HISTORY_OFF, HISTORY_TOO_MANY_WAYS
 */
export async function addWayToOpen(server: ServerPort, passkeys: Passkeys, key: HistoryKey, recoveryCode?: string): Promise<Result<undefined, PublicFault>> {
  const proven = await freshProof(server, passkeys);
  if (!proven.ok) return proven;
  const secret = recoveryCode === undefined ? proven.value.secret : await secretOf(recoveryCode);
  if (secret === undefined) return err(historyClientFault(recoveryCode === undefined ? 'HISTORY_PASSKEY_CANNOT_OPEN' : 'HISTORY_CODE_MISTYPED'));
  return callServer(server, { method: 'POST', path: `${PATH}/wraps`, body: { answer: proven.value.answer, publicKey: key.publicKey, wrap: await key.wrap(secret) }, answer: z.undefined() });
}

/**
 * Every sign-in that was written down, newest first, opened on this device. What does not open is counted, never
 * hidden. Does not establish that the list is whole: the server could leave entries out.
 */
export async function readHistory(server: ServerPort, key: HistoryKey): Promise<Result<{ readonly entries: readonly HistoryEntry[]; readonly unreadable: number }, PublicFault>> {
  const entries: HistoryEntry[] = [];
  let unreadable = 0;
  let after = '';
  for (let page = 0; page < MAX_PAGES; page++) {
    const fetched = await callServer(server, { method: 'GET', path: `${PATH}/entries${after === '' ? '' : `?after=${after}`}`, answer: historyPage });
    if (!fetched.ok) return fetched;
    for (const sealed of fetched.value.entries) {
      const entry = await key.open(sealed);
      if (entry === undefined) unreadable += 1;
      else entries.push(entry);
    }
    if (fetched.value.next === undefined) return ok({ entries: entries.toSorted((a, b) => b.at.localeCompare(a.at)), unreadable });
    after = fetched.value.next;
  }
  return err(historyClientFault('HISTORY_UNREADABLE'));
}

/** Key, copies and every entry are deleted at the server. */
export function stopHistory(server: ServerPort): Promise<Result<undefined, PublicFault>> {
  return callServer(server, { method: 'DELETE', path: PATH, answer: z.undefined() });
}

async function secretOf(code: string): Promise<HistorySecret | undefined> {
  const bytes = await readRecoveryCode(code);
  return bytes && { kind: 'recovery', bytes };
}

/** A wrap does not say whose it is: the secret that fits opens its own. */
export async function openAny(identityId: string, key: NonNullable<HistoryKeys['key']>, secret: HistorySecret): Promise<HistoryKey | undefined> {
  for (const wrap of key.wraps) {
    const opened = await openHistoryKey(identityId, key.publicKey, wrap, secret);
    if (opened !== undefined) return opened;
  }
  return undefined;
}

async function freshProof(server: ServerPort, passkeys: Passkeys): Promise<Result<{ readonly answer: PasskeyAnswer; readonly secret: HistorySecret | undefined }, PublicFault>> {
  const challenge = await callServer(server, { method: 'POST', path: `${PATH}/options`, body: {}, answer: interaction.shape.challenge.unwrap() });
  return challenge.ok ? proveWithPrf(passkeys, challenge.value) : challenge;
}
