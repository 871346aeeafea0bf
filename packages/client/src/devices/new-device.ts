import { DEVICE_CODE_LENGTH, openTicket as openTicketBody, ticketMade, ticketOpened, ticketState } from '@visavis/contract';
import { err, ok, type PublicFault, type Result } from '@visavis/kernel';
import { clientFault } from '../faults.ts';
import { addWayToOpen, fetchHistory } from '../history/history.ts';
import { createHandoverKey, type HandoverKey } from '../history/history-key.ts';
import type { Passkeys, ServerPort } from '../ports.ts';
import { callServer } from '../server/call-server.ts';
import { openSession } from '../sign-in/session.ts';
import { readTypedCode } from '../typed-code.ts';

/** A new device on its way into an account. It lives in this page's memory: a page that is loaded again starts again. */
export interface OpenedTicket {
  readonly claim: string;
  /** Of the account's holder: whoever was lured here sees that it is not theirs. */
  readonly givenNames: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly handoverKey: HandoverKey;
}

/** A code as it was typed or read. @returns undefined when it can't be one */
export function readDeviceCode(typed: string): string | undefined {
  const code = readTypedCode(typed);
  return code?.length === DEVICE_CODE_LENGTH ? code : undefined;
}

/** Takes the code: no other device can, from then on. @faults DEVICE_TICKET_OVER */
export async function openTicket(server: ServerPort, code: string): Promise<Result<OpenedTicket, PublicFault>> {
  const opened = await callServer(server, { method: 'POST', path: '/api/device-tickets/open', body: openTicketBody.parse({ code }), answer: ticketOpened });
  return opened.ok ? ok({ ...opened.value, handoverKey: await createHandoverKey() }) : opened;
}

/**
 * Makes this device's passkey. It opens nothing before the known device has confirmed.
 * @returns the number that both devices show
 * @faults PASSKEY_NOT_CREATED, DEVICE_TICKET_OVER, PASSKEY_NOT_ACCEPTED, DEVICE_KNOWN_ALREADY
 */
export async function makeDevicePasskey(server: ServerPort, passkeys: Passkeys, ticket: OpenedTicket): Promise<Result<string, PublicFault>> {
  let passkey: object;
  try {
    passkey = await passkeys.create(ticket.options);
  } catch {
    return err(clientFault('PASSKEY_NOT_CREATED'));
  }
  // What the device's extensions gave is for this device.
  const body = { claim: ticket.claim, passkey: { ...passkey, clientExtensionResults: {} }, handoverKey: ticket.handoverKey.publicKey };
  const made = await callServer(server, { method: 'POST', path: '/api/device-tickets/passkey', body, answer: ticketMade });
  return made.ok ? ok(made.value.number) : made;
}

/** Whether the known device has confirmed, and what it handed over. @faults DEVICE_TICKET_OVER */
export function awaitAdmission(server: ServerPort, ticket: OpenedTicket): Promise<Result<{ readonly isAdded: boolean; readonly handover?: string | undefined }, PublicFault>> {
  return callServer(server, { method: 'POST', path: '/api/device-tickets/state', body: { claim: ticket.claim }, answer: ticketState });
}

/**
 * Opens the account with the new passkey. Where the known device handed the history's key over, a second answer of the
 * passkey lets it open the history too; where this passkey has no PRF, the printed code remains the way.
 * @returns whether this passkey opens the history from now on
 */
export async function joinAccount(server: ServerPort, passkeys: Passkeys, ticket: OpenedTicket, handover: string | undefined): Promise<Result<{ readonly opensHistory: boolean }, PublicFault>> {
  const session = await openSession(server, passkeys);
  if (!session.ok) return session;
  const history = handover === undefined ? undefined : await fetchHistory(server);
  if (handover === undefined || history?.ok !== true || history.value.key === undefined) return ok({ opensHistory: false });
  const key = await ticket.handoverKey.open(history.value.identityId, history.value.key.publicKey, handover);
  const added = key && (await addWayToOpen(server, passkeys, key));
  return ok({ opensHistory: added?.ok === true });
}
