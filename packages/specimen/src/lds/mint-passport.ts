import { standardizedGroup } from '@visavis/emrtd/crypto';
import { type RandomBytes, utf8 } from '@visavis/kernel';
import type { CipherName } from '../chip/ciphers.ts';
import { tlv } from '../der/der.ts';
import { type CurveName, curves } from '../pki/elliptic-curve.ts';
import { encodeCom } from './encode-com.ts';
import { type Dg2Style, encodeDg2 } from './encode-dg2.ts';
import { encodeMrzTd1, mrzInformationTd1 } from './encode-mrz-td1.ts';
import { encodeMrzTd3, mrzInformation, type PrintedData, sixDigitDate } from './encode-mrz-td3.ts';
import { type DocumentSigner, encodeSignedData, encodeSod, presentDataGroups, type SodStyle } from './encode-sod.ts';
import { makeActiveAuthenticationKey } from './make-active-authentication-key.ts';
import type { ActiveAuthenticationAlgorithm, AgreementKeyPair, ChipProfile, PaceVariant, Passport, PassportFiles } from './passport.ts';
import { encodeCardAccess, encodeCardSecurityInfos, encodeDg14, encodeDg15 } from './security-infos.ts';

/** What a passport office is asked for. */
export interface PassportOrder extends PrintedData {
  /** Baseline or progressive JPEG, at most {@link MAX_PORTRAIT_BYTES}. */
  readonly portrait: Uint8Array;
  readonly access: 'pace' | 'bac' | 'paceAndBac';
  readonly authentication: 'chipAuthentication' | 'activeAuthentication' | 'both' | 'none';
  /** Of PACE; brainpoolP256r1 unless told. */
  readonly paceCurve?: CurveName;
  /** Of the chip authentication key; brainpoolP256r1 unless told. */
  readonly chipAuthenticationCurve?: CurveName;
  /** Secure messaging after chip authentication; AES-128 unless told. */
  readonly chipAuthenticationCipher?: 'tripleDes' | 'aes128';
  /** Every way of PACE, in the order of EF.CardAccess; one with generic mapping on `paceCurve` under AES-128 unless told. */
  readonly paceVariants?: readonly PaceVariant[];
  /** One on `chipAuthenticationCurve` under `chipAuthenticationCipher` unless told. */
  readonly chipAuthenticationKeys?: readonly { readonly parameterId: number; readonly cipher: CipherName; readonly keyId?: number; readonly withoutInfo?: boolean }[];
  /** ECDSA on P-256 with SHA-256 unless told. A 2048-bit signature needs a chip with extended length. */
  readonly activeAuthenticationAlgorithm?: ActiveAuthenticationAlgorithm;
  /** TD3, a passport's, unless told. */
  readonly format?: 'td3' | 'td1';
  /** Drawn unless given; longer than nine characters on a TD1 card only. */
  readonly documentNumber?: string;
  /** Of portrait and signature; as ICAO 9303-10 wants them unless told. */
  readonly dg2Style?: Dg2Style;
  readonly sodStyle?: SodStyle;
  /** Files of data groups that few documents have, whole. */
  readonly furtherDataGroups?: Pick<PassportFiles, 'dg7' | 'dg11' | 'dg12' | 'dg13' | 'dg16'>;
}

/** id-SecurityObject of EF.CardSecurity (9303-10 §3.11.4). */
export const CARD_SECURITY = '0.4.0.127.0.7.3.2.1';
const NUMBER_CHARACTERS = 'CFGHJKLMNPRTVWXYZ0123456789';

/** Two fixed letters, then seven of the characters that are not mistaken for one another (as German numbers). */
function drawDocumentNumber(random: RandomBytes): string {
  return `UT${Array.from(random(7), (byte) => NUMBER_CHARACTERS[byte % NUMBER_CHARACTERS.length]!).join('')}`;
}

/** Makes a passport and signs it. Throws a RangeError on what could not be printed or stored. */
export function mintPassport(order: PassportOrder, o: { readonly issuingState: string; readonly signer: DocumentSigner; readonly signedAtMs: number; readonly random: RandomBytes }): Passport {
  const drawnNumber = drawDocumentNumber(o.random);
  const documentNumber = order.documentNumber ?? drawnNumber;
  const can = Array.from(o.random(6), (byte) => String(byte % 10)).join('');
  const printed = { ...order, documentNumber, issuingState: o.issuingState };
  const mrz = order.format === 'td1' ? encodeMrzTd1(printed) : encodeMrzTd3(printed);
  const hasChipAuthentication = order.authentication === 'chipAuthentication' || order.authentication === 'both';
  const hasActiveAuthentication = order.authentication === 'activeAuthentication' || order.authentication === 'both';
  const drawKey = (parameterId: number): AgreementKeyPair => {
    const group = standardizedGroup(parameterId);
    if (group === undefined) throw new RangeError('no such domain parameters');
    return { parameterId, ...group.drawKeyPair(group.generator, o.random) };
  };
  const variants = order.access === 'bac' ? [] : (order.paceVariants ?? [{ mapping: 'generic', parameterId: curves[order.paceCurve ?? 'brainpoolP256r1'].paceParameterId, cipher: 'aes128' }]);
  const mapped = variants.find(({ mapping }) => mapping === 'chipAuthentication');
  const keys = order.chipAuthenticationKeys ?? [{ parameterId: curves[order.chipAuthenticationCurve ?? 'brainpoolP256r1'].paceParameterId, cipher: order.chipAuthenticationCipher ?? 'aes128' }];
  const chip: ChipProfile = {
    bac: order.access !== 'pace',
    pace: order.access === 'bac' ? undefined : { variants, behaviour: 'works' },
    mappingKey: mapped === undefined ? undefined : drawKey(mapped.parameterId),
    chipAuthentication: hasChipAuthentication ? keys.map(({ parameterId, cipher, keyId, withoutInfo }) => ({ pair: drawKey(parameterId), cipher, keyId, withoutInfo: withoutInfo ?? false })) : [],
    activeAuthenticationKey: hasActiveAuthentication ? makeActiveAuthenticationKey(order.activeAuthenticationAlgorithm ?? 'ecdsa', o.random) : undefined,
  };
  const unsigned = {
    cardAccess: chip.pace === undefined ? undefined : encodeCardAccess(variants),
    ...(chip.mappingKey === undefined ? {} : { cardSecurity: encodeSignedData({ content: encodeCardSecurityInfos(variants, chip.mappingKey), signer: o.signer, signedAtMs: o.signedAtMs, style: { contentType: CARD_SECURITY } }) }),
    dg1: tlv(0x61, tlv(0x5f1f, utf8(mrz.join('')))),
    dg2: encodeDg2(order.portrait, order.dg2Style),
    dg14: encodeDg14({ ...chip, paceVariants: variants }),
    dg15: chip.activeAuthenticationKey === undefined ? undefined : encodeDg15(chip.activeAuthenticationKey),
    ...order.furtherDataGroups,
  };
  const com = encodeCom(presentDataGroups(unsigned).map(([number]) => number), order.sodStyle?.ldsVersion);
  const sod = encodeSod({ files: unsigned, signer: o.signer, signedAtMs: o.signedAtMs, ...(order.sodStyle === undefined ? {} : { style: order.sodStyle }) });
  const access = { kind: 'mrz', documentNumber, dateOfBirth: sixDigitDate(order.dateOfBirth), dateOfExpiry: sixDigitDate(order.dateOfExpiry) } as const;
  return { documentNumber, mrz, mrzInformation: order.format === 'td1' ? mrzInformationTd1(printed) : mrzInformation(mrz), can, access, files: { ...unsigned, com, sod }, chip };
}
