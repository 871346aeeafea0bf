import type { BoothCertificate, LoggedEntry, P256PublicJwk, ReceiptClaims, SignerFault } from '@visavis/contract';

/**
 * Port to whoever holds the operator's key and the log's key: a process of its own (`apps/signer`), which this one can
 * ask to sign certain things and can't ask for a key. Every call may be repeated.
 * Calls reject with {@link SignerRefused} and nothing else.
 */
export interface OperatorSigner {
  /** Verifies booth certificates and receipts. */
  readonly publicKey: P256PublicJwk;
  /** C2SP verifier key of the transparency log. */
  readonly logKey: string;
  /** @param logged the `boothOpened` entry of exactly these keys */
  certifyBooth(claims: BoothCertificate, logged: LoggedEntry): Promise<string>;
  signReceipt(claims: ReceiptClaims): Promise<string>;
  /** @param request unsigned note text, and the consistency proof from the last signed size, in Base64 */
  signCheckpoint(request: { readonly checkpoint: string; readonly consistency: readonly string[] }): Promise<string>;
}

/** Why the signer did not sign. */
export class SignerRefused extends Error {
  readonly fault: SignerFault;
  constructor(fault: SignerFault) {
    super(fault.code);
    this.name = 'SignerRefused';
    this.fault = fault;
  }
}
