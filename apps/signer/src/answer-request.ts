import { type FromSigner, type SignerFault, signerFaults, toSigner } from '@visavis/contract';
import { err, type Result } from '@visavis/kernel';
import { certifyBooth } from './certify-booth.ts';
import type { SignerKeys } from './open-keys.ts';
import type { SignerMemory } from './open-memory.ts';
import { signCheckpoint } from './sign-checkpoint.ts';
import { signErasureReceipt } from './sign-erasure-receipt.ts';

/** Reads one request strictly and answers it; never throws. */
export async function answerRequest(line: string, keys: SignerKeys, memory: SignerMemory, clock: () => number): Promise<FromSigner> {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    // Not JSON: refused below, as all that is no request.
  }
  const request = toSigner.safeParse(json);
  if (!request.success) return refusal(readId(json), signerFaults.fault('SIGNER_REQUEST_INVALID'));
  const { data } = request;
  let signed: Result<string, SignerFault>;
  try {
    switch (data.type) {
      case 'describe':
        return { id: data.id, type: 'described', operatorKey: keys.operatorPublicKey, logKey: keys.logKey.verifierKey };
      case 'certifyBooth':
        signed = await certifyBooth(data, keys, memory, clock());
        break;
      case 'signReceipt':
        signed = await signErasureReceipt(data.claims, keys, clock());
        break;
      case 'signCheckpoint':
        signed = signCheckpoint(data, keys, memory);
        break;
    }
  } catch {
    // What was thrown may quote what was handled; what is known is that nothing was signed.
    signed = err(signerFaults.fault('SIGNER_FAILED'));
  }
  return signed.ok ? { id: data.id, type: 'signed', signed: signed.value } : refusal(data.id, signed.fault);
}

const refusal = (id: number, fault: SignerFault): FromSigner => ({ id, type: 'refused', code: fault.code, reason: String(fault.detail['reason'] ?? '') });

/** So that whoever asked for nonsense hears which of their requests it was. */
function readId(json: unknown): number {
  const id = typeof json === 'object' && json !== null && 'id' in json ? json.id : undefined;
  return typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? id : -1;
}
