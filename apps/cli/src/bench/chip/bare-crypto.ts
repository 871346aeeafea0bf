import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { derAt, derObjects } from './der-objects.ts';

/** The hashing, key import and verification that passive authentication of one document contains, and nothing else: everything is laid out before. */
export interface BareCrypto {
  run(): boolean;
}

/**
 * @param o.efSod, o.dataGroups made by this program, SHA-256 throughout
 * @param o.csca DER; its key is imported once, as a trust store does
 */
export function bareCrypto(o: { readonly efSod: Uint8Array; readonly dataGroups: readonly Uint8Array[]; readonly csca: Uint8Array }): BareCrypto {
  const signedData = derAt(o.efSod, 0, 0, 1, 0).value;
  const parts = derObjects(signedData);
  const content = derAt(parts[2]!.value, 1, 0).value;
  const certificate = parts[3]!.value;
  const signer = derObjects(derAt(parts.at(-1)!.value, 0).value);
  const attributes = Uint8Array.from(signer[3]!.raw);
  attributes[0] = 0x31;
  const signature = signer[5]!.value;
  const [tbs, , certificateSignature] = derObjects(derAt(certificate, 0).value);
  const signerKey = Buffer.from(subjectPublicKeyInfo(tbs!.value));
  const cscaKey = importKey(Buffer.from(subjectPublicKeyInfo(derAt(o.csca, 0, 0).value)));
  return {
    run: () => {
      for (const file of [...o.dataGroups, content]) hash('sha256', file, 'buffer');
      const key = importKey(signerKey);
      return verify('sha256', attributes, key, signature) && verify('sha256', tbs!.raw, cscaKey, certificateSignature!.value.subarray(1));
    },
  };
}

/** After version, serial number, algorithm, issuer, validity and subject. */
const subjectPublicKeyInfo = (tbs: Uint8Array): Uint8Array => derObjects(tbs)[6]!.raw;
const importKey = (der: Buffer): KeyObject => createPublicKey({ key: der, format: 'der', type: 'spki' });
