import { MalformedBytes } from '@visavis/kernel';
import type { MrzName } from '../mrz/split-name.ts';
import { readOnlyTlv } from '../tlv/tlv.ts';
import { DataElements } from './data-elements.ts';

/** More about the holder than the machine readable zone has room for. Each may be absent. */
export interface AdditionalPersonalDetails {
  /** In national characters, uncut. */
  readonly name: MrzName | undefined;
  readonly otherNames: readonly string[];
  readonly personalNumber: string | undefined;
  /** YYYYMMDD; unknown parts are zeros or fillers. */
  readonly dateOfBirth: string | undefined;
  readonly placeOfBirth: readonly string[];
  readonly address: readonly string[];
  readonly telephone: string | undefined;
  readonly profession: string | undefined;
  readonly title: string | undefined;
  readonly personalSummary: string | undefined;
  /** An image, in whatever format. */
  readonly proofOfCitizenship: Uint8Array | undefined;
  readonly otherDocumentNumbers: readonly string[];
  readonly custodyInformation: string | undefined;
}

/** EF.DG11. @returns undefined when malformed @source ICAO 9303-10 §4.7.11 */
export function parseDg11(file: Uint8Array): AdditionalPersonalDetails | undefined {
  try {
    const elements = new DataElements(readOnlyTlv(file, 0x6b));
    return {
      name: elements.name(0x5f0e),
      otherNames: elements.list(0x5f0f),
      personalNumber: elements.text(0x5f10),
      dateOfBirth: elements.digits(0x5f2b, 8),
      placeOfBirth: elements.parts(0x5f11),
      address: elements.parts(0x5f42),
      telephone: elements.text(0x5f12),
      profession: elements.text(0x5f13),
      title: elements.text(0x5f14),
      personalSummary: elements.text(0x5f15),
      proofOfCitizenship: elements.bytes(0x5f16),
      otherDocumentNumbers: elements.parts(0x5f17),
      custodyInformation: elements.text(0x5f18),
    };
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}
