import { type CheckOutcome, err, failed, notRun, ok, passed, type Result } from '@visavis/kernel';
import { type EmrtdFault, type EmrtdFaultCode, emrtdFaults } from '../faults.ts';
import { parseDg1 } from '../lds/parse-dg1.ts';
import { parseDg14 } from '../lds/parse-dg14.ts';
import { parseDg2 } from '../lds/parse-dg2.ts';
import { parseEfCardAccess } from '../lds/parse-ef-card-access.ts';
import type { SecurityInfos } from '../lds/security-infos.ts';
import { birthDateFromMrz, expiryDateFromMrz } from '../mrz/mrz-date.ts';
import type { Mrz } from '../mrz/parse-mrz.ts';
import type { Certificate } from '../pki/parse-certificate.ts';
import type { DocumentFiles, DocumentReading } from '../terminal/document-reading.ts';
import type { TrustStore } from '../trust-store/open-trust-store.ts';
import { type AuthenticPortrait, makeAuthenticPortrait } from './authentic-portrait.ts';
import { verifyActiveAuthentication } from './verify-active-authentication.ts';
import { verifyChipAuthentication } from './verify-chip-authentication.ts';
import { verifyChipAuthenticationMapping } from './verify-chip-authentication-mapping.ts';
import { type PassiveAuthenticationReport, verifyPassiveAuthentication } from './verify-passive-authentication.ts';

/** A document whose contents its issuer signed, and how its chip proved to be the original. */
export interface AuthenticDocument {
  /** 'none': the document has no way to prove that its chip is no copy, or none that is spoken here. */
  readonly chipProof: 'chipAuthentication' | 'chipAuthenticationMapping' | 'activeAuthentication' | 'none';
  readonly accessProtocol: 'pace' | 'bac';
  /** PACE was offered (by EF.CardAccess, or by the signed DG14) but BAC opened the chip. */
  readonly downgraded: boolean;
  readonly person: {
    readonly familyName: string;
    readonly givenNames: string;
    /** YYYY-MM-DD */
    readonly dateOfBirth: string;
    readonly sex: 'male' | 'female' | 'unspecified';
    readonly nationality: string;
  };
  readonly document: {
    readonly type: 'passport' | 'identityCard';
    readonly issuingState: string;
    readonly documentNumber: string;
    /** YYYY-MM-DD; valid through that day (UTC). */
    readonly dateOfExpiry: string;
  };
  readonly portrait: AuthenticPortrait;
}

export interface AuthenticityReport {
  /** Every check of {@link AUTHENTICITY_CHECKS}, in that order. */
  readonly checks: readonly CheckOutcome[];
  readonly result: Result<AuthenticDocument, EmrtdFault>;
}

/**
 * All checks. `passiveAuthentication` sums up those above it. Every failed check refuses the document but
 * `accessProtocol`: a downgrade says something about the connection, not about the document, and is the policy's to rule.
 */
export const AUTHENTICITY_CHECKS = [
  'sodSignature',
  'documentSignerTrusted',
  'dataGroupHashes',
  'documentSignerNotRevoked',
  'issuingState',
  'mrz',
  'portrait',
  'documentValidity',
  'documentSignerValidity',
  'deviations',
  'passiveAuthentication',
  'cardAccess',
  'chipAuthenticationMapping',
  'chipAuthentication',
  'activeAuthentication',
  'accessProtocol',
] as const;
type CheckName = (typeof AUTHENTICITY_CHECKS)[number];

/** What `passiveAuthentication` sums up. */
const PASSIVE: readonly CheckName[] = ['sodSignature', 'documentSignerTrusted', 'dataGroupHashes', 'documentSignerNotRevoked', 'issuingState', 'mrz', 'portrait', 'documentSignerValidity', 'deviations'];

/**
 * Judges what a terminal has read. Establishes that a trusted state signed these data groups for a document that is
 * valid now, and (chipProof) that the chip is not a copy. Does not establish that the person in front of the camera is
 * its holder, nor that it was not reported lost.
 * @param o.reading made by `readDocument` in this process; the bytes in it are the chip's and untrusted
 * @param o.trustStore chosen by the operator
 * @param o.atMs the time of the check
 * @returns `result` is the document only when no check failed (see {@link AUTHENTICITY_CHECKS}); otherwise the first
 *   failed check's fault. A check without what it needs is `notRun`, and something before it has failed.
 * @faults all `PA_*`, `CA_*`, `AA_*`
 * @source ICAO 9303-11 §5.1, §6.1, §6.2; 9303-12 §7
 */
export function verifyAuthenticity(o: { readonly reading: DocumentReading; readonly trustStore: TrustStore; readonly atMs: number }): AuthenticityReport {
  const { reading, trustStore, atMs } = o;
  const { files } = reading;
  const outcomes = new Map<CheckName, CheckOutcome>();
  const faults = new Map<CheckName, EmrtdFault>();
  /** Notes a check's outcome and gives its value on, if it passed. */
  const check = <T>(name: CheckName, result: Result<T, EmrtdFault>): T | undefined => {
    if (!result.ok) faults.set(name, result.fault);
    outcomes.set(name, result.ok ? passed(name) : failed(name, result.fault.code));
    return result.ok ? result.value : undefined;
  };

  const passive = verifyPassiveAuthentication({ efSod: files.efSod, dataGroups: dataGroupsOf(files), trustStore, atMs });
  for (const outcome of passive.checks) outcomes.set(outcome.check as CheckName, outcome);
  for (const [name, fault] of passive.faults) faults.set(name, fault);
  if (outcomes.get('dataGroupHashes')?.status === 'pass') check('dataGroupHashes', verifyNotWithheld(passive));
  const hashesHold = outcomes.get('dataGroupHashes')?.status === 'pass';

  let document: Pick<AuthenticDocument, 'person' | 'document'> | undefined;
  let portrait: ReturnType<typeof parseDg2>;
  let dg14: SecurityInfos | 'malformed' | undefined;
  if (hashesHold) {
    const mrz = parseDg1(files.dg1);
    document = check('mrz', readDocumentFields(mrz, atMs));
    if (document !== undefined) check('documentValidity', verifyNotExpired(document.document.dateOfExpiry, atMs));
    portrait = parseDg2(files.dg2);
    check('portrait', portrait === undefined ? fault('PA_PORTRAIT_MALFORMED') : ok(portrait));
    dg14 = files.dg14 === undefined ? undefined : (parseDg14(files.dg14) ?? 'malformed');
    if (dg14 !== 'malformed') check('cardAccess', verifyCardAccess(files.efCardAccess, dg14));
    outcomes.set('chipAuthentication', verifyChipAuthentication(reading.chipAuthentication, dg14));
    outcomes.set('activeAuthentication', verifyActiveAuthentication(reading.activeAuthentication, files.dg15, dg14 === 'malformed' ? undefined : dg14?.activeAuthenticationAlgorithm));
    if (passive.csca !== undefined && dg14 !== 'malformed') outcomes.set('chipAuthenticationMapping', verifyMapping({ ...o, csca: passive.csca, dg14, provedOtherwise: proofOf(outcomes) !== 'none' }));
  }
  const downgraded = reading.downgraded || (reading.accessProtocol === 'bac' && dg14 !== undefined && dg14 !== 'malformed' && dg14.pace.length > 0);
  outcomes.set('accessProtocol', downgraded ? failed('accessProtocol', 'CHIP_ACCESS_DOWNGRADED') : passed('accessProtocol'));
  outcomes.set('passiveAuthentication', summary(PASSIVE, outcomes));

  const checks = AUTHENTICITY_CHECKS.map((name) => outcomes.get(name) ?? notRun(name, 'earlierCheckFailed'));
  const refused = checks.find((outcome) => outcome.status === 'fail' && outcome.check !== 'accessProtocol');
  if (refused?.status === 'fail') return { checks, result: err(faults.get(refused.check as CheckName) ?? emrtdFaults.fault(refused.code as EmrtdFaultCode)) };
  // Only a proof that notRun for a reason of the document's own may be missing here; anything else is a mistake of ours.
  if (document === undefined || portrait === undefined || outcomes.get('passiveAuthentication')?.status !== 'pass') return { checks, result: fault('PA_SOD_MALFORMED') };
  return { checks, result: ok({ chipProof: proofOf(outcomes), accessProtocol: reading.accessProtocol, downgraded, ...document, portrait: makeAuthenticPortrait(portrait) }) };
}

/** Those by which the terminal's own secrets take part come before a signature, which could be passed on. */
const PROOFS = ['chipAuthentication', 'chipAuthenticationMapping', 'activeAuthentication'] as const;

const proofOf = (outcomes: ReadonlyMap<CheckName, CheckOutcome>): AuthenticDocument['chipProof'] => PROOFS.find((name) => outcomes.get(name)?.status === 'pass') ?? 'none';

/** id-PACE-ECDH-CAM. */
const CHIP_AUTHENTICATION_MAPPING = '0.4.0.127.0.7.2.2.4.6.';

/**
 * PACE with chip authentication mapping proves nothing before the signed EF.CardSecurity says whose key it was. A copy
 * takes it off the unsigned EF.CardAccess or refuses it; where the signed DG14 promises it and nothing else proved the
 * chip, that is a failure.
 */
function verifyMapping(o: { readonly reading: DocumentReading; readonly trustStore: TrustStore; readonly atMs: number; readonly csca: Certificate; readonly dg14: SecurityInfos | undefined; readonly provedOtherwise: boolean }): CheckOutcome {
  const { reading, trustStore, atMs, csca, dg14 } = o;
  const evidence = reading.chipAuthenticationMapping;
  if (evidence !== undefined) return verifyChipAuthenticationMapping({ evidence, efCardSecurity: reading.files.efCardSecurity, csca, trustStore, atMs });
  const promised = dg14?.pace.some(({ protocol }) => protocol.startsWith(CHIP_AUTHENTICATION_MAPPING)) === true;
  if (reading.paceMapping === 'chipAuthentication' || (promised && !o.provedOtherwise)) return failed('chipAuthenticationMapping', 'CA_FAILED');
  return notRun('chipAuthenticationMapping', promised ? 'provedOtherwise' : 'notOffered');
}

const fault = (code: EmrtdFaultCode): Result<never, EmrtdFault> => err(emrtdFaults.fault(code));

function summary(names: readonly CheckName[], outcomes: ReadonlyMap<CheckName, CheckOutcome>): CheckOutcome {
  const firstFailed = names.map((name) => outcomes.get(name)).find((outcome) => outcome?.status === 'fail');
  if (firstFailed?.status === 'fail') return failed('passiveAuthentication', firstFailed.code);
  return names.every((name) => isEnough(outcomes.get(name))) ? passed('passiveAuthentication') : notRun('passiveAuthentication', 'incomplete');
}

/** Where the operator's policy lets states without any list pass, that one check does not count. */
const isEnough = (outcome: CheckOutcome | undefined): boolean => outcome?.status === 'pass' || (outcome?.status === 'notRun' && outcome.reason === 'noRevocationList');

/** DG1 is signed; its check digits and dates must still make sense (a state's own mistakes end at a counter). */
function readDocumentFields(mrz: Mrz | undefined, atMs: number): Result<Pick<AuthenticDocument, 'person' | 'document'>, EmrtdFault> {
  if (mrz === undefined || !mrz.checkDigitsAgree) return err(emrtdFaults.fault('PA_DG1_MALFORMED', { checkDigits: mrz !== undefined }));
  const type = documentType(mrz);
  if (type === undefined) return err(emrtdFaults.fault('PA_DG1_MALFORMED', { documentCode: false }));
  const dateOfBirth = birthDateFromMrz(mrz.dateOfBirth, atMs);
  const dateOfExpiry = expiryDateFromMrz(mrz.dateOfExpiry, atMs);
  if (dateOfBirth === undefined || dateOfExpiry === undefined) return fault('PA_DATE_INCOMPLETE');
  const { familyName, givenNames, sex, nationality, issuingState, documentNumber } = mrz;
  return ok({ person: { familyName, givenNames, dateOfBirth, sex, nationality }, document: { type, issuingState, documentNumber, dateOfExpiry } });
}

function documentType({ format, documentCode }: Mrz): 'passport' | 'identityCard' | undefined {
  if (documentCode.startsWith('P')) return 'passport';
  return format !== 'td3' && /^[ACI]/.test(documentCode) ? 'identityCard' : undefined;
}

function verifyNotExpired(dateOfExpiry: string, atMs: number): Result<undefined, EmrtdFault> {
  return new Date(atMs).toISOString().slice(0, 10) <= dateOfExpiry ? ok(undefined) : fault('PA_DOCUMENT_EXPIRED');
}

/** Every data group that was read, whatever its number. */
function dataGroupsOf(files: DocumentFiles): ReadonlyMap<number, Uint8Array> {
  const groups = new Map<number, Uint8Array>();
  for (const [name, contents] of Object.entries(files) as [string, Uint8Array | undefined][]) {
    if (name.startsWith('dg') && contents !== undefined) groups.set(Number(name.slice(2)), contents);
  }
  return groups;
}

/** Data groups by which a chip proves that it is no copy: a copy leaves them out, but can't take them off the signed list. */
const PROVING: readonly number[] = [14, 15];

function verifyNotWithheld({ dataGroups }: PassiveAuthenticationReport): Result<undefined, EmrtdFault> {
  const withheld = PROVING.find((dataGroup) => dataGroups.get(dataGroup) === 'notRead');
  return withheld === undefined ? ok(undefined) : err(emrtdFaults.fault('PA_DG_MISSING', { dataGroup: withheld }));
}

/** EF.CardAccess is not signed; what it said about PACE must stand in DG14 too, where that says anything about PACE (ICAO 9303-11 §9.2.7). */
function verifyCardAccess(efCardAccess: Uint8Array | undefined, dg14: SecurityInfos | undefined): Result<undefined, EmrtdFault> {
  const said = efCardAccess && parseEfCardAccess(efCardAccess)?.pace;
  if (said === undefined || dg14 === undefined || dg14.pace.length === 0) return ok(undefined);
  return said.every((pace) => dg14.pace.some((other) => other.protocol === pace.protocol && other.parameterId === pace.parameterId)) ? ok(undefined) : fault('PA_CARD_ACCESS_MISMATCH');
}
