import { HISTORY_PRF_INPUT, type Interaction, type PasskeyAnswer } from '@visavis/contract';
import { err, ok, type PublicFault, type Result } from '@visavis/kernel';
import { clientFault } from '../faults.ts';
import type { Passkeys } from '../ports.ts';
import type { HistorySecret } from './history-key.ts';

/** What CTAP's hmac-secret gives; anything else is no PRF output. */
const PRF_BYTES = 32;

interface Proven {
  readonly answer: PasskeyAnswer;
  /** Undefined when this passkey has no PRF. */
  readonly secret: HistorySecret | undefined;
}

/**
 * Has the device answer a challenge, and in the same movement of the citizen give the secret that only this passkey
 * has. The secret stays here: it is taken out of what goes to the server.
 * @faults PASSKEY_NOT_USED
 * @source WebAuthn Level 3 §10.1.4
 */
export async function proveWithPrf(passkeys: Passkeys, challenge: NonNullable<Interaction['challenge']>): Promise<Result<Proven, PublicFault>> {
  let credential: Record<string, unknown>;
  try {
    credential = { ...(await passkeys.get({ ...challenge.options, extensions: { prf: { eval: { first: HISTORY_PRF_INPUT } } } })) };
  } catch {
    return err(clientFault('PASSKEY_NOT_USED'));
  }
  const bytes = prfOutput(credential['clientExtensionResults']);
  return ok({
    answer: { challengeId: challenge.challengeId, passkey: { ...credential, clientExtensionResults: {} } },
    secret: bytes?.length === PRF_BYTES ? { kind: 'passkey', bytes } : undefined,
  });
}

function prfOutput(results: unknown): Uint8Array<ArrayBuffer> | undefined {
  const first = (results as { prf?: { results?: { first?: unknown } } } | undefined)?.prf?.results?.first;
  if (first instanceof ArrayBuffer) return new Uint8Array(first);
  return ArrayBuffer.isView(first) ? new Uint8Array(first.buffer.slice(first.byteOffset, first.byteOffset + first.byteLength) as ArrayBuffer) : undefined;
}
