import type { Portrait } from '../lds/parse-dg2.ts';

const made = Symbol('made by verifyAuthenticity');

/** The portrait of a document whose issuer signed it. Only `verifyAuthenticity` makes one; only one of these may be compared with a live face. */
export class AuthenticPortrait {
  readonly mediaType: Portrait['mediaType'];
  readonly bytes: Uint8Array;

  constructor(proof: typeof made, portrait: Portrait) {
    if (proof !== made) throw new TypeError('only verifyAuthenticity makes an AuthenticPortrait');
    this.mediaType = portrait.mediaType;
    this.bytes = portrait.bytes;
  }
}

/** For `verifyAuthenticity`, once everything passed. */
export const makeAuthenticPortrait = (portrait: Portrait): AuthenticPortrait => new AuthenticPortrait(made, { mediaType: portrait.mediaType, bytes: portrait.bytes.slice() });
