import { type RandomBytes, utf8 } from '@visavis/kernel';
import { tlv } from '../der/der.ts';
import { type CurveName, drawKeyPair } from '../pki/elliptic-curve.ts';
import { encodeCom } from './encode-com.ts';
import { type Dg2Style, encodeDg2 } from './encode-dg2.ts';
import { encodeMrzTd1, mrzInformationTd1 } from './encode-mrz-td1.ts';
import { encodeMrzTd3, mrzInformation, type PrintedData, sixDigitDate } from './encode-mrz-td3.ts';
import { type DocumentSigner, encodeSod, presentDataGroups, type SodStyle } from './encode-sod.ts';
import { type ActiveAuthenticationAlgorithm, makeActiveAuthenticationKey } from './make-active-authentication-key.ts';
import type { ChipProfile, Passport, PassportFiles } from './passport.ts';
import { encodeCardAccess, encodeDg14, encodeDg15 } from './security-infos.ts';

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
  /** ECDSA on P-256 unless told. A 2048-bit signature needs a chip with extended length. */
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
  const chip: ChipProfile = {
    bac: order.access !== 'pace',
    pace: order.access === 'bac' ? undefined : { curve: order.paceCurve ?? 'brainpoolP256r1', behaviour: 'works' },
    chipAuthentication: hasChipAuthentication
      ? { key: drawKeyPair(order.chipAuthenticationCurve ?? 'brainpoolP256r1', o.random), cipher: order.chipAuthenticationCipher ?? 'aes128' }
      : undefined,
    activeAuthenticationKey: hasActiveAuthentication ? makeActiveAuthenticationKey(order.activeAuthenticationAlgorithm ?? 'ecdsa', o.random) : undefined,
  };
  const unsigned = {
    cardAccess: chip.pace === undefined ? undefined : encodeCardAccess(chip.pace.curve),
    dg1: tlv(0x61, tlv(0x5f1f, utf8(mrz.join('')))),
    dg2: encodeDg2(order.portrait, order.dg2Style),
    dg14: encodeDg14({ ...chip, paceCurve: chip.pace?.curve }),
    dg15: chip.activeAuthenticationKey === undefined ? undefined : encodeDg15(chip.activeAuthenticationKey),
    ...order.furtherDataGroups,
  };
  const com = encodeCom(presentDataGroups(unsigned).map(([number]) => number), order.sodStyle?.ldsVersion);
  const sod = encodeSod({ files: unsigned, signer: o.signer, signedAtMs: o.signedAtMs, ...(order.sodStyle === undefined ? {} : { style: order.sodStyle }) });
  const access = { kind: 'mrz', documentNumber, dateOfBirth: sixDigitDate(order.dateOfBirth), dateOfExpiry: sixDigitDate(order.dateOfExpiry) } as const;
  return { documentNumber, mrz, mrzInformation: order.format === 'td1' ? mrzInformationTd1(printed) : mrzInformation(mrz), can, access, files: { ...unsigned, com, sod }, chip };
}
