/** What an operator accepts of old or weak signatures, and of lists that are late. Every verdict depends on one; there is no silent default. */
export interface TrustPolicy {
  /** For an operator's records. */
  readonly version: string;
  /**
   * SHA-1 in a document's signature chain counts only when the signature was made before this moment (signed attribute
   * signingTime, else the document signer's notBefore); 0: never.
   */
  readonly sha1SignedBeforeMs: number;
  /** Of document signers and authorities. Not under 1024, not over 8192. */
  readonly minRsaBits: number;
  readonly minEcBits: number;
  /** Explicit domain parameters are only ever taken when they spell a known curve; `refuse` takes none at all (ICAO 9303-12 demands them of every state). */
  readonly explicitCurves: 'ofKnownCurves' | 'refuse';
  /** `whereListed`: without any list of the issuing state revocation is not run instead of failed. For desks that only look at files, never for a booth. */
  readonly revocation: 'required' | 'whereListed';
  /** How long after its nextUpdate a list still counts as current. */
  readonly crlGraceMs: number;
  /** A document that a deviation list names: `report` says so beside the checks, `refuse` fails it. Neither makes a failed check pass. */
  readonly deviations: 'report' | 'refuse';
}

/**
 * SHA-1 before 2020: until then nobody could make two documents of one SHA-1 with contents of their choice for less
 * than an attacker would gain; passports signed then expire by 2030. 2048 bits of RSA: ICAO 9303-12 §4.4.1. 224 bits of
 * EC: the smallest curve of the same clause. Lists may not be late: states publish every 90 days at the latest.
 */
export const defaultTrustPolicy: TrustPolicy = {
  version: '2026-11-27',
  sha1SignedBeforeMs: Date.UTC(2020, 0, 1),
  minRsaBits: 2048,
  minEcBits: 224,
  explicitCurves: 'ofKnownCurves',
  revocation: 'required',
  crlGraceMs: 0,
  deviations: 'report',
};
