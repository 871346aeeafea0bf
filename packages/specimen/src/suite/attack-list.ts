import { accessAttacks } from './access-attacks.ts';
import type { Attack } from './attack.ts';
import { bombAttacks } from './bomb-attacks.ts';
import { certificateAttacks } from './certificate-attacks.ts';
import { chipAuthenticationMappingAttacks } from './chip-authentication-mapping-attacks.ts';
import { chipProofAttacks } from './chip-proof-attacks.ts';
import { dataGroupAttacks } from './data-group-attacks.ts';
import { portraitAttacks } from './portrait-attacks.ts';
import { relayAttacks } from './relay-attacks.ts';
import { secureMessagingAttacks } from './secure-messaging-attacks.ts';
import { signatureFileAttacks } from './signature-file-attacks.ts';

/** By what they are against. */
export const ATTACK_FAMILIES: readonly (readonly [against: string, attacks: readonly Attack[]])[] = [
  ['The opening of the chip', accessAttacks],
  ['Secure messaging', secureMessagingAttacks],
  ['The relay', relayAttacks],
  ['Time and memory', bombAttacks],
  ['The proof that the chip is the original', chipProofAttacks],
  ['The proof that comes with PACE', chipAuthenticationMappingAttacks],
  ['The data groups', dataGroupAttacks],
  ['The portrait’s decoders', portraitAttacks],
  ['The signature file', signatureFileAttacks],
  ['Certificates, keys and lists of withdrawn certificates', certificateAttacks],
];

/** Every attack on a chip and its documents that the project knows of and defends against. */
export const ATTACKS: readonly Attack[] = ATTACK_FAMILIES.flatMap(([, attacks]) => attacks);
