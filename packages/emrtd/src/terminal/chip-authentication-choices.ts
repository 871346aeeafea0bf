import { type AgreementKey, type Cipher, importAgreementKey } from '../crypto/index.ts';
import { type ChipAuthenticationInfo, type SecurityInfos, sameKeyId } from '../lds/security-infos.ts';

/** One way to run Chip Authentication with a chip. */
export interface ChipAuthenticationChoice extends AgreementKey {
  /** The key as DG14 has it: what the signed DG14 must have too. */
  readonly subjectPublicKeyInfo: Uint8Array;
  readonly cipher: Cipher;
  readonly protocol: string;
  readonly keyId: Uint8Array | undefined;
  readonly command: 'setKeyAgreementTemplate' | 'generalAuthenticate';
}

/** Strongest first. */
const CIPHER_ORDER: readonly Cipher[] = ['aes256', 'aes192', 'aes128', 'des3'];
/** What a key without ChipAuthenticationInfo means, as French passports have it. */
const INFERRED: readonly ChipAuthenticationInfo[] = [
  { agreement: 'ecdh', protocol: '0.4.0.127.0.7.2.2.3.2.1', cipher: 'des3', keyId: undefined },
  { agreement: 'dh', protocol: '0.4.0.127.0.7.2.2.3.1.1', cipher: 'des3', keyId: undefined },
];

/**
 * The ways that DG14 offers and this terminal speaks, strongest first. With 3DES MSE:Set KAT comes first, which every
 * chip with 3DES must have; some have only learned the other one.
 * @source ICAO 9303-11 §6.2.4, §8.5 note 1, §9.2.5–9.2.6
 */
export function chipAuthenticationChoices(dg14: SecurityInfos): readonly ChipAuthenticationChoice[] {
  const infos = dg14.chipAuthentication.length > 0 ? dg14.chipAuthentication : INFERRED;
  const choices: ChipAuthenticationChoice[] = [];
  for (const info of infos) {
    for (const key of dg14.chipAuthenticationPublicKeys) {
      const belongs = key.agreement === info.agreement && (key.keyId === undefined || info.keyId === undefined || sameKeyId(key.keyId, info.keyId));
      const imported = belongs ? importAgreementKey(key.publicKey) : undefined;
      if (imported === undefined || imported.group.agreement !== key.agreement) continue;
      const choice = { ...imported, subjectPublicKeyInfo: key.publicKey, cipher: info.cipher, protocol: info.protocol, keyId: info.keyId ?? key.keyId };
      if (info.cipher === 'des3') choices.push({ ...choice, command: 'setKeyAgreementTemplate' });
      choices.push({ ...choice, command: 'generalAuthenticate' });
    }
  }
  return choices.sort((a, b) => CIPHER_ORDER.indexOf(a.cipher) - CIPHER_ORDER.indexOf(b.cipher) || b.group.strengthBits - a.group.strengthBits);
}
