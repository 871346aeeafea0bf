import { type CheckOutcome, err, failed, notRun, ok, passed, type Result } from '@visavis/kernel';
import { type EmrtdFault, emrtdFaults } from '../faults.ts';
import { parseDg1 } from '../lds/parse-dg1.ts';
import type { Certificate } from '../pki/parse-certificate.ts';
import { type DeviationNote, findDeviations } from '../trust-store/find-deviations.ts';
import type { TrustStore } from '../trust-store/open-trust-store.ts';
import { isIssuedBy } from './issuing-states.ts';
import { readIssuingState } from './read-issuing-state.ts';
import { type DataGroupOutcome, verifyDataGroups } from './verify-data-groups.ts';
import { findAuthority, verifyNotRevoked, verifyStrength, verifyValidity } from './verify-document-signer.ts';
import { verifySodSignature } from './verify-sod-signature.ts';

export const PASSIVE_AUTHENTICATION_CHECKS = ['sodSignature', 'documentSignerTrusted', 'dataGroupHashes', 'documentSignerNotRevoked', 'issuingState', 'documentSignerValidity', 'deviations'] as const;
export type PassiveAuthenticationCheck = (typeof PASSIVE_AUTHENTICATION_CHECKS)[number];

export interface PassiveAuthenticationReport {
  /** Every check of {@link PASSIVE_AUTHENTICATION_CHECKS}, in that order. `notRun` with the reason `noRevocationList`, `noDataGroupRead` or `dg1NotRead` is no failure; every other `notRun` stands behind one. */
  readonly checks: readonly CheckOutcome[];
  /** The details of failed checks, for operators. */
  readonly faults: ReadonlyMap<PassiveAuthenticationCheck, EmrtdFault>;
  /** Set once the signature holds: trusted only when its checks passed. */
  readonly documentSigner: Certificate | undefined;
  readonly csca: Certificate | undefined;
  /** Each group that was read or is signed; empty when the signature does not hold. */
  readonly dataGroups: ReadonlyMap<number, DataGroupOutcome>;
  /** What states say is wrong with this document, whether or not the policy refuses it. */
  readonly deviations: readonly DeviationNote[];
}

/**
 * Passive Authentication of files, from a chip or a disk. Establishes that a trusted state signed the data groups that
 * are here. Does not establish that none was withheld ({@link PassiveAuthenticationReport.dataGroups} says which), that
 * the chip is no copy, or that the document has not expired.
 * @param o.efSod untrusted
 * @param o.dataGroups untrusted, by number
 * @param o.trustStore chosen by the operator
 * @param o.atMs the time of the check
 * @faults PA_*
 * @source ICAO 9303-11 §5.1, 9303-12 §7
 */
export function verifyPassiveAuthentication(o: { readonly efSod: Uint8Array; readonly dataGroups: ReadonlyMap<number, Uint8Array>; readonly trustStore: TrustStore; readonly atMs: number }): PassiveAuthenticationReport {
  const { trustStore, atMs } = o;
  const outcomes = new Map<PassiveAuthenticationCheck, CheckOutcome>();
  const faults = new Map<PassiveAuthenticationCheck, EmrtdFault>();
  const check = <T>(name: PassiveAuthenticationCheck, result: Result<T, EmrtdFault>): T | undefined => {
    if (!result.ok) faults.set(name, result.fault);
    outcomes.set(name, result.ok ? passed(name) : failed(name, result.fault.code));
    return result.ok ? result.value : undefined;
  };
  const report = (rest: Omit<PassiveAuthenticationReport, 'checks' | 'faults'>): PassiveAuthenticationReport => ({
    checks: PASSIVE_AUTHENTICATION_CHECKS.map((name) => outcomes.get(name) ?? notRun(name, 'earlierCheckFailed')),
    faults,
    ...rest,
  });

  const signed = check('sodSignature', verifySodSignature(o.efSod));
  if (signed === undefined) return report({ documentSigner: undefined, csca: undefined, dataGroups: new Map(), deviations: [] });
  const strength = verifyStrength(signed, trustStore);
  if (!strength.ok) check('sodSignature', strength);

  const hashes = verifyDataGroups(o.dataGroups, signed.securityObject);
  if (o.dataGroups.size === 0) outcomes.set('dataGroupHashes', notRun('dataGroupHashes', 'noDataGroupRead'));
  else check('dataGroupHashes', hashes.fault === undefined ? ok(undefined) : err(hashes.fault));
  const csca = check('documentSignerTrusted', findAuthority(signed.documentSigner, trustStore));
  const dg1 = o.dataGroups.get(1);
  const documentNumber = dg1 === undefined || trustStore.deviationLists.length === 0 ? undefined : parseDg1(dg1)?.documentNumber;
  const deviations = findDeviations(trustStore.deviationLists, { documentSigner: signed.documentSigner, documentNumber });
  check('deviations', deviations.length > 0 && trustStore.policy.deviations === 'refuse' ? err(emrtdFaults.fault('PA_DEVIATION_LISTED', { deviations: deviations.length })) : ok(undefined));
  if (csca !== undefined) {
    const revocation = check('documentSignerNotRevoked', verifyNotRevoked(signed.documentSigner, csca, trustStore, atMs));
    if (revocation === 'noList') outcomes.set('documentSignerNotRevoked', notRun('documentSignerNotRevoked', 'noRevocationList'));
    check('documentSignerValidity', verifyValidity(signed, csca, atMs));
    if (dg1 === undefined) outcomes.set('issuingState', notRun('issuingState', 'dg1NotRead'));
    else if (hashes.outcomes.get(1) === 'pass') check('issuingState', verifyIssuer(readIssuingState(dg1), csca));
  }
  return report({ documentSigner: signed.documentSigner, csca, dataGroups: hashes.outcomes, deviations });
}

function verifyIssuer(issuingState: string | undefined, authority: Certificate): Result<undefined, EmrtdFault> {
  if (issuingState === undefined) return err(emrtdFaults.fault('PA_DG1_MALFORMED'));
  const country = authority.subjectCountry;
  return country !== undefined && isIssuedBy(issuingState, country) ? ok(undefined) : err(emrtdFaults.fault('PA_ISSUER_MISMATCH'));
}
