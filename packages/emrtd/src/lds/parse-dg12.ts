import { MalformedBytes } from '@visavis/kernel';
import { readOnlyTlv } from '../tlv/tlv.ts';
import { DataElements } from './data-elements.ts';

/** More about the document. Each may be absent. */
export interface AdditionalDocumentDetails {
  readonly issuingAuthority: string | undefined;
  /** YYYYMMDD */
  readonly dateOfIssue: string | undefined;
  readonly otherPersons: readonly string[];
  readonly endorsements: string | undefined;
  readonly taxOrExitRequirements: string | undefined;
  /** Images of the document, in whatever format. */
  readonly imageOfFront: Uint8Array | undefined;
  readonly imageOfRear: Uint8Array | undefined;
  /** YYYYMMDDhhmmss */
  readonly personalisedAt: string | undefined;
  readonly personalisationSystem: string | undefined;
}

/** EF.DG12. @returns undefined when malformed @source ICAO 9303-10 §4.7.12 */
export function parseDg12(file: Uint8Array): AdditionalDocumentDetails | undefined {
  try {
    const elements = new DataElements(readOnlyTlv(file, 0x6c));
    return {
      issuingAuthority: elements.text(0x5f19),
      dateOfIssue: elements.digits(0x5f26, 8),
      otherPersons: elements.list(0x5f1a),
      endorsements: elements.text(0x5f1b),
      taxOrExitRequirements: elements.text(0x5f1c),
      imageOfFront: elements.bytes(0x5f1d),
      imageOfRear: elements.bytes(0x5f1e),
      personalisedAt: elements.digits(0x5f55, 14),
      personalisationSystem: elements.text(0x5f56),
    };
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}
