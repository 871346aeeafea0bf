import { concatBytes } from '@visavis/kernel';
import { type Cipher, standardizedGroup } from '../crypto/index.ts';
import type { PaceInfo } from '../lds/security-infos.ts';
import { encodeOid } from '../tlv/encode-oid.ts';
import { encodeTlv } from '../tlv/tlv.ts';
import type { AccessKey } from './access-key.ts';

/** How the nonce becomes the generator of the key agreement; by `chipAuthentication` the chip proves its own key with it. */
export type PaceMappingName = 'generic' | 'integrated' | 'chipAuthentication';

/** A variant of PACE that this terminal speaks. */
export interface PaceVariant {
  readonly protocol: string;
  /** Standardized domain parameters (ICAO 9303-11 §9.5.1). */
  readonly parameterId: number;
  readonly agreement: 'dh' | 'ecdh';
  readonly mapping: PaceMappingName;
  readonly cipher: Cipher;
}

const ID_PACE = '0.4.0.127.0.7.2.2.4.';
const MAPPINGS: Readonly<Record<string, Pick<PaceVariant, 'agreement' | 'mapping'>>> = {
  '1': { agreement: 'dh', mapping: 'generic' },
  '2': { agreement: 'ecdh', mapping: 'generic' },
  '3': { agreement: 'dh', mapping: 'integrated' },
  '4': { agreement: 'ecdh', mapping: 'integrated' },
  '6': { agreement: 'ecdh', mapping: 'chipAuthentication' },
};
const CIPHERS: Readonly<Record<string, Cipher>> = { '1': 'des3', '2': 'aes128', '3': 'aes192', '4': 'aes256' };
const CIPHER_STRENGTH_BITS: Readonly<Record<Cipher, number>> = { des3: 112, aes128: 128, aes192: 192, aes256: 256 };
/** secp224r1: its field has no integrated mapping (ICAO 9303-11 §9.5.1, note to table 12). */
const WITHOUT_INTEGRATED_MAPPING = 10;

/**
 * The offered variants that this terminal speaks, best first: Chip Authentication Mapping before the others, for it
 * proves the chip as well, then by strength, then in the chip's order.
 * @param offered from EF.CardAccess: not signed
 */
export function choosePaceVariants(offered: readonly PaceInfo[]): readonly PaceVariant[] {
  const spoken = new Map<string, { readonly variant: PaceVariant; readonly strength: number }>();
  for (const info of offered) {
    const variant = variantOf(info);
    const group = variant && standardizedGroup(variant.parameterId);
    const name = `${info.protocol} ${info.parameterId}`;
    if (variant === undefined || group?.agreement !== variant.agreement || spoken.has(name)) continue;
    spoken.set(name, { variant, strength: Math.min(group.strengthBits, CIPHER_STRENGTH_BITS[variant.cipher]) });
  }
  const provesChip = (variant: PaceVariant): number => (variant.mapping === 'chipAuthentication' ? 1 : 0);
  return [...spoken.values()].sort((a, b) => provesChip(b.variant) - provesChip(a.variant) || b.strength - a.strength).map(({ variant }) => variant);
}

function variantOf({ protocol, parameterId }: PaceInfo): PaceVariant | undefined {
  if (!protocol.startsWith(ID_PACE) || parameterId === undefined) return undefined;
  const [mappingArc = '', cipherArc = '', ...rest] = protocol.slice(ID_PACE.length).split('.');
  const mapping = Object.hasOwn(MAPPINGS, mappingArc) ? MAPPINGS[mappingArc] : undefined;
  const cipher = Object.hasOwn(CIPHERS, cipherArc) ? CIPHERS[cipherArc] : undefined;
  if (mapping === undefined || cipher === undefined || rest.length > 0) return undefined;
  if (mapping.mapping === 'chipAuthentication' && cipher === 'des3') return undefined;
  if (mapping.mapping === 'integrated' && parameterId === WITHOUT_INTEGRATED_MAPPING) return undefined;
  return { protocol, parameterId, ...mapping, cipher };
}

/**
 * Data of MSE:Set AT: protocol, which password, which domain parameters.
 * @param o.withParameterId asked for only where a chip offers several, but some chips always want it and others never
 * @source ICAO 9303-11 §4.4.4.1
 */
export const paceSetAtData = (variant: PaceVariant, key: AccessKey, o: { readonly withParameterId: boolean }): Uint8Array =>
  concatBytes(
    encodeTlv(0x80, encodeOid(variant.protocol)),
    encodeTlv(0x83, Uint8Array.of(key.kind === 'mrz' ? 1 : 2)),
    o.withParameterId ? encodeTlv(0x84, Uint8Array.of(variant.parameterId)) : new Uint8Array(),
  );
