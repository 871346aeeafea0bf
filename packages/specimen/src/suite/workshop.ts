import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Bytes, RandomBytes } from '@visavis/kernel';
import { type CertificateRecipe, certificateExtensions, forgeCertificate, forgeRevocationList, type RevocationRecipe } from '../attack-kit/forge-certificate.ts';
import { digestOf, forgeSignedData, forgeSod, securityObject, type SodRecipe } from '../attack-kit/forge-sod.ts';
import { ecSigningKey, rsaSigningKey, type SigningKey } from '../attack-kit/signing-keys.ts';
import { type Chip, createChip } from '../chip/create-chip.ts';
import { integer, sequence } from '../der/der.ts';
import { presentDataGroups } from '../lds/encode-sod.ts';
import { CARD_SECURITY, mintPassport, type PassportOrder } from '../lds/mint-passport.ts';
import type { Passport } from '../lds/passport.ts';
import type { Country } from '../pki/distinguished-name.ts';
import { drawKeyPair, type EcKeyPair } from '../pki/elliptic-curve.ts';
import { type Certificate, issueCertificate, subjectKeyIdentifier } from '../pki/issue-certificate.ts';
import { seededRandom } from '../pki/seeded-random.ts';
import { utopia } from '../specimen-state.ts';
import { honestRelay, type Scenario } from './scenario.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

/** A state whose every key lies open: signs what it should, and what it should not. */
export interface Workshop {
  readonly nowMs: number;
  readonly csca: Certificate;
  readonly signer: Certificate;
  /** Of exponent 3, as 22 authorities have. */
  readonly rsa: { readonly privateKey: KeyObject; readonly key: SigningKey };
  /** Of 1024 bits: half of what the standard asks for. */
  readonly weakRsa: SigningKey;
  /** An honest portrait of each kind; JPEG 2000 as a bare codestream. */
  readonly portraits: { readonly jpeg: Bytes; readonly jpeg2000: Bytes };
  random(purpose: string): RandomBytes;
  pair(purpose: string): EcKeyPair;
  passport(kind: PassportKind): Passport;
  /** A document signer's certificate by the state, honest but for the changes. */
  signerCertificate(changes?: Partial<CertificateRecipe>, issuerKey?: Pick<SigningKey, 'algorithm' | 'sign'>): Bytes;
  cscaCertificate(changes?: Partial<CertificateRecipe>, issuerKey?: Pick<SigningKey, 'algorithm' | 'sign'>): Bytes;
  revocationList(changes?: Partial<RevocationRecipe>, key?: SigningKey): Bytes;
  /** EF.SOD over the passport's files by the state's document signer, honest but for the changes. */
  sod(files: Passport['files'], changes?: Partial<SodRecipe>): Bytes;
  /** EF.CardSecurity by the state's document signer, honest but for the changes. @param securityInfos what it signs */
  cardSecurity(securityInfos: Bytes, changes?: Partial<SodRecipe>): Bytes;
  /** The passport before a terminal that trusts this state. */
  present(passport: Passport, changes?: Partial<Scenario>): Scenario;
  /** The plain passport with this signature file, or files. */
  presentFiles(changes: Partial<Passport['files']>, scenario?: Partial<Scenario>): Scenario;
  chip(passport: Passport, random?: RandomBytes): Chip;
}

export type PassportKind = 'plain' | 'other' | 'active' | 'otherActive' | 'activeRsa' | 'chipProof' | 'otherChipProof' | 'chipProofDes' | 'pace' | 'paceOnly' | 'paceIntegrated' | 'paceDh' | 'paceDhIntegrated' | 'mapping' | 'otherMapping';

const person = { familyName: 'MUSTER', givenNames: 'ANNA', dateOfBirth: '1990-02-03', dateOfExpiry: '2033-02-03', sex: 'female' } as const;
const provingOrder = { ...person, access: 'pace', authentication: 'none', paceVariants: [{ mapping: 'chipAuthentication', parameterId: 12, cipher: 'aes128' }, { mapping: 'generic', parameterId: 12, cipher: 'aes128' }] } as const;
const paceOrder = (mapping: 'generic' | 'integrated', parameterId: number) => ({ ...person, access: 'pace', authentication: 'none', paceVariants: [{ mapping, parameterId, cipher: 'aes128' }] }) as const;
const orders: Readonly<Record<PassportKind, Omit<PassportOrder, 'portrait'>>> = {
  plain: { ...person, access: 'bac', authentication: 'none' },
  other: { ...person, familyName: 'OTHER', access: 'bac', authentication: 'none' },
  active: { ...person, access: 'bac', authentication: 'activeAuthentication' },
  otherActive: { ...person, familyName: 'OTHER', access: 'bac', authentication: 'activeAuthentication' },
  activeRsa: { ...person, access: 'bac', authentication: 'activeAuthentication', activeAuthenticationAlgorithm: 'rsa1024' },
  chipProof: { ...person, access: 'bac', authentication: 'chipAuthentication', chipAuthenticationCurve: 'P-256' },
  otherChipProof: { ...person, familyName: 'OTHER', access: 'bac', authentication: 'chipAuthentication', chipAuthenticationCurve: 'P-256' },
  chipProofDes: { ...person, access: 'bac', authentication: 'chipAuthentication', chipAuthenticationCurve: 'P-256', chipAuthenticationCipher: 'tripleDes' },
  pace: { ...person, access: 'paceAndBac', authentication: 'chipAuthentication', paceCurve: 'P-256', chipAuthenticationCurve: 'P-256' },
  paceOnly: { ...person, access: 'pace', authentication: 'none', paceCurve: 'P-256' },
  paceIntegrated: paceOrder('integrated', 12),
  paceDh: paceOrder('generic', 2),
  paceDhIntegrated: paceOrder('integrated', 2),
  mapping: provingOrder,
  otherMapping: { ...provingOrder, familyName: 'OTHER' },
};

/** Remembers what a function once made: keys, certificates and passports serve many attacks. */
function once<K extends string, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key)!;
  };
}

/** @param o.documents seeds the passports alone: the same state, other people */
export function openWorkshop(o: { readonly seed: string; readonly documents?: string; readonly nowMs: number; readonly portraits: Workshop['portraits']; readonly country?: Country }): Workshop {
  const { nowMs, country = utopia } = o;
  const random = (purpose: string): RandomBytes => seededRandom(o.seed, purpose);
  const pair = once((purpose: string) => drawKeyPair('P-256', random(purpose)));
  const serial = (purpose: string): Bytes => Uint8Array.of(0x53, ...random(`serial ${purpose}`)(7));
  const certificate = (kind: 'csca' | 'documentSigner', commonName: string, issuer?: Certificate): Certificate =>
    issueCertificate({
      kind, commonName, country, serialNumber: serial(kind), key: pair(kind), notBeforeMs: nowMs - 30 * DAY_MS, notAfterMs: nowMs + 10 * YEAR_MS, privateKeyUsageEndMs: nowMs + 60 * DAY_MS,
      ...(issuer === undefined ? {} : { issuer }),
    });
  const csca = certificate('csca', 'CSCA Utopia');
  const signer = certificate('documentSigner', 'Utopia Passport Signer 1', csca);
  const passport = once((kind: PassportKind) => mintPassport({ ...orders[kind], portrait: o.portraits.jpeg }, { issuingState: country.mrzCode, signer: { certificate: signer, csca }, signedAtMs: nowMs, random: seededRandom(o.documents ?? o.seed, `passport ${kind}`) }));
  const rsa = once((bits: '2048' | '1024') => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: Number(bits), publicExponent: 3 });
    return { privateKey, key: rsaSigningKey(privateKey, Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' }))) };
  });
  const { authorityKeyId, isAuthority, mayCertify, maySign, subjectKeyId } = certificateExtensions;
  const cscaKeyId = subjectKeyIdentifier(csca.key.publicKey);
  const validity = { notBeforeMs: nowMs - 30 * DAY_MS, notAfterMs: nowMs + 10 * YEAR_MS };

  const anchors = once((_own: 'own') => ({ cscaCertificates: [csca.der], crls: [workshop.revocationList()] }));

  const signature = { key: ecSigningKey(signer.key), certificates: [signer.der], signerId: sequence(csca.name, integer(signer.serialNumber)) };

  const workshop: Workshop = {
    nowMs,
    csca,
    signer,
    get rsa() {
      return rsa('2048');
    },
    get weakRsa() {
      return rsa('1024').key;
    },
    portraits: o.portraits,
    random,
    pair,
    passport,
    signerCertificate: (changes = {}, issuerKey = ecSigningKey(csca.key)) =>
      forgeCertificate({ ...validity, serialNumber: signer.serialNumber, issuer: csca.name, subject: signer.name, subjectPublicKeyInfo: ecSigningKey(signer.key).subjectPublicKeyInfo, extensions: [authorityKeyId(cscaKeyId), maySign()], ...changes }, issuerKey),
    cscaCertificate: (changes = {}, issuerKey = ecSigningKey(csca.key)) =>
      forgeCertificate({ ...validity, serialNumber: csca.serialNumber, issuer: csca.name, subject: csca.name, subjectPublicKeyInfo: ecSigningKey(csca.key).subjectPublicKeyInfo, extensions: [authorityKeyId(cscaKeyId), subjectKeyId(cscaKeyId), mayCertify(), isAuthority()], ...changes }, issuerKey),
    revocationList: (changes = {}, key = ecSigningKey(csca.key)) => forgeRevocationList({ issuer: csca.name, thisUpdateMs: nowMs - DAY_MS, nextUpdateMs: nowMs + 60 * DAY_MS, revoked: [], ...changes }, key),
    sod: (files, changes = {}) =>
      forgeSod({
        content: securityObject(presentDataGroups(files).map(([dataGroup, bytes]) => [dataGroup, digestOf('sha256', bytes)] as const)),
        ...signature,
        ...changes,
      }),
    cardSecurity: (securityInfos, changes = {}) => forgeSignedData({ content: securityInfos, contentType: CARD_SECURITY, ...signature, ...changes }),
    chip: (document, own = random(`chip of ${document.documentNumber}`)) => createChip(document, { random: own }),
    present: (document, changes = {}) => ({
      chip: workshop.chip(document),
      access: document.access,
      trustAnchors: anchors('own'),
      atMs: nowMs,
      relay: honestRelay,
      terminalRandom: undefined,
      ...changes,
    }),
    presentFiles: (changes, scenario) => {
      const plain = passport('plain');
      return workshop.present({ ...plain, files: { ...plain.files, ...changes } }, scenario);
    },
  };
  return workshop;
}
