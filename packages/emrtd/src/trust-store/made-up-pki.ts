import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type Bytes, concatBytes, utf8 } from '@visavis/kernel';
import { encodeOid } from '../tlv/encode-oid.ts';
import { encodeTlv } from '../tlv/tlv.ts';

/** For tests: a small state of its own, written apart from the code that reads it. Every field can be made wrongly. */
export interface MadeUpCertificate {
  readonly der: Bytes;
  readonly commonName: string;
  readonly country: string;
  readonly keys: MadeUpKeys;
  readonly serialNumber: number;
}

export interface MadeUpKeys {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export const NOW_MS = Date.UTC(2026, 10, 22, 12);
export const DAY_MS = 86_400_000;

const seq = (...parts: readonly Uint8Array[]): Bytes => encodeTlv(0x30, ...parts);
const set = (...parts: readonly Uint8Array[]): Bytes => encodeTlv(0x31, ...[...parts].sort((a, b) => Buffer.compare(a, b)));
const oid = (dotted: string): Bytes => encodeTlv(6, encodeOid(dotted));
const int = (n: number): Bytes => encodeTlv(2, n < 0x80 ? Uint8Array.of(n) : Uint8Array.of(0, n));
const octets = (bytes: Uint8Array): Bytes => encodeTlv(4, bytes);
const bits = (bytes: Uint8Array, unused = 0): Bytes => encodeTlv(3, Uint8Array.of(unused), bytes);
const generalizedBody = (ms: number): Bytes => utf8(`${new Date(ms).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`);
const time = (ms: number): Bytes => encodeTlv(0x18, generalizedBody(ms));
const name = (country: string, commonName: string): Bytes => seq(set(seq(oid('2.5.4.6'), encodeTlv(0x13, utf8(country)))), set(seq(oid('2.5.4.3'), encodeTlv(0x0c, utf8(commonName)))));
const spki = (key: KeyObject): Bytes => new Uint8Array(key.export({ format: 'der', type: 'spki' }));
const sha = (hashName: 'sha1' | 'sha256', bytes: Uint8Array): Bytes => new Uint8Array(createHash(hashName).update(bytes).digest());
const extension = (id: string, value: Uint8Array, critical = false): Bytes => seq(oid(id), ...(critical ? [encodeTlv(1, Uint8Array.of(0xff))] : []), octets(value));

const HASH_OIDS = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1' } as const;
type HashName = keyof typeof HASH_OIDS;

export const ecKeys = (paramEncoding: 'named' | 'explicit' = 'explicit', namedCurve = 'prime256v1'): MadeUpKeys => generateKeyPairSync('ec', { namedCurve, paramEncoding });
export const rsaKeys = (modulusLength: number): MadeUpKeys => generateKeyPairSync('rsa', { modulusLength });

const isEc = ({ publicKey }: MadeUpKeys): boolean => publicKey.asymmetricKeyType === 'ec';
function algorithm(keys: MadeUpKeys, hashName: HashName): Bytes {
  if (isEc(keys)) return seq(oid(hashName === 'sha1' ? '1.2.840.10045.4.1' : '1.2.840.10045.4.3.2'));
  return seq(oid(hashName === 'sha1' ? '1.2.840.113549.1.1.5' : '1.2.840.113549.1.1.11'), encodeTlv(5));
}

export interface CertificatePlan {
  readonly commonName: string;
  readonly country?: string;
  readonly keys: MadeUpKeys;
  /** Left out: self-signed. */
  readonly issuer?: MadeUpCertificate;
  readonly kind: 'csca' | 'signer';
  readonly serialNumber?: number;
  readonly notBeforeMs?: number;
  readonly notAfterMs?: number;
  readonly keyUsage?: Uint8Array | null;
  readonly basicConstraints?: boolean | null;
  readonly purposes?: readonly string[];
  readonly privateKeyUsageMs?: readonly [number, number];
  readonly hashName?: HashName;
  /** The value of subjectKeyIdentifier, where it is not to be one. */
  readonly subjectKeyId?: Uint8Array;
  /** Another key than `keys`. */
  readonly subjectPublicKeyInfo?: Uint8Array;
  readonly moreExtensions?: readonly Uint8Array[];
}

export function makeCertificate(plan: CertificatePlan): MadeUpCertificate {
  const { commonName, country = 'UT', keys, kind, serialNumber = 7, hashName = 'sha256' } = plan;
  const issuer = plan.issuer ?? { keys, commonName, country };
  const keyUsage = plan.keyUsage === undefined ? (kind === 'csca' ? Uint8Array.of(0x06) : Uint8Array.of(0x80)) : plan.keyUsage;
  const authority = plan.basicConstraints === undefined ? (kind === 'csca' ? true : null) : plan.basicConstraints;
  const keyId = (key: KeyObject): Bytes => sha('sha1', spki(key));
  const extensions = [
    extension('2.5.29.35', seq(encodeTlv(0x80, keyId(issuer.keys.publicKey)))),
    extension('2.5.29.14', plan.subjectKeyId ?? octets(keyId(keys.publicKey))),
    ...(keyUsage === null ? [] : [extension('2.5.29.15', bits(keyUsage), true)]),
    ...(authority === null ? [] : [extension('2.5.29.19', seq(...(authority ? [encodeTlv(1, Uint8Array.of(0xff))] : [])), true)]),
    ...(plan.purposes === undefined ? [] : [extension('2.5.29.37', seq(...plan.purposes.map(oid)), true)]),
    ...(plan.privateKeyUsageMs === undefined ? [] : [extension('2.5.29.16', seq(encodeTlv(0x80, generalizedBody(plan.privateKeyUsageMs[0])), encodeTlv(0x81, generalizedBody(plan.privateKeyUsageMs[1]))))]),
    ...(plan.moreExtensions ?? []),
  ];
  const tbs = seq(
    encodeTlv(0xa0, int(2)),
    int(serialNumber),
    algorithm(issuer.keys, hashName),
    name(issuer.country, issuer.commonName),
    seq(time(plan.notBeforeMs ?? NOW_MS - 30 * DAY_MS), time(plan.notAfterMs ?? NOW_MS + 3650 * DAY_MS)),
    name(country, commonName),
    plan.subjectPublicKeyInfo ?? spki(keys.publicKey),
    encodeTlv(0xa3, seq(...extensions)),
  );
  const der = seq(tbs, algorithm(issuer.keys, hashName), bits(new Uint8Array(sign(hashName, tbs, issuer.keys.privateKey))));
  return { der, commonName, country, keys, serialNumber };
}

/** An extension of one's own making. */
export const makeExtension = (id: string, critical: boolean): Bytes => extension(id, encodeTlv(5), critical);

export function makeCrl(o: { readonly csca: MadeUpCertificate; readonly revoked?: readonly number[]; readonly thisUpdateMs?: number; readonly nextUpdateMs?: number; readonly keys?: MadeUpKeys }): Bytes {
  const keys = o.keys ?? o.csca.keys;
  const entries = (o.revoked ?? []).map((serialNumber) => seq(int(serialNumber), time(NOW_MS)));
  const tbs = seq(int(1), algorithm(keys, 'sha256'), name(o.csca.country, o.csca.commonName), time(o.thisUpdateMs ?? NOW_MS - DAY_MS), time(o.nextUpdateMs ?? NOW_MS + 89 * DAY_MS), ...(entries.length > 0 ? [seq(...entries)] : []));
  return seq(tbs, algorithm(keys, 'sha256'), bits(new Uint8Array(sign('sha256', tbs, keys.privateKey))));
}

export interface CmsPlan {
  readonly contentType: string;
  readonly content: Uint8Array;
  readonly signer: MadeUpCertificate;
  readonly certificates?: readonly Uint8Array[];
  readonly hashName?: HashName;
  readonly signingTimeMs?: number;
  /** What the attribute says, where it is to lie. */
  readonly saidContentType?: string;
  readonly withoutAttributes?: boolean;
}

/** SignedData in a ContentInfo. */
export function makeCms(plan: CmsPlan): Bytes {
  const { content, contentType, signer, hashName = 'sha256' } = plan;
  const attributes = set(
    seq(oid('1.2.840.113549.1.9.3'), set(oid(plan.saidContentType ?? contentType))),
    seq(oid('1.2.840.113549.1.9.5'), set(time(plan.signingTimeMs ?? NOW_MS - DAY_MS))),
    seq(oid('1.2.840.113549.1.9.4'), set(octets(sha(hashName, content)))),
  );
  const carried = attributes.slice();
  carried[0] = 0xa0;
  const digest = seq(oid(HASH_OIDS[hashName]));
  const signature = new Uint8Array(sign(hashName, plan.withoutAttributes === true ? content : attributes, signer.keys.privateKey));
  const signerInfo = seq(int(3), encodeTlv(0x80, sha('sha1', spki(signer.keys.publicKey))), digest, ...(plan.withoutAttributes === true ? [] : [carried]), algorithm(signer.keys, hashName), octets(signature));
  const signedData = seq(int(3), set(digest), seq(oid(contentType), encodeTlv(0xa0, octets(content))), encodeTlv(0xa0, ...(plan.certificates ?? [signer.der])), set(signerInfo));
  return seq(oid('1.2.840.113549.1.7.2'), encodeTlv(0xa0, signedData));
}

export const ID_MASTER_LIST = '2.23.136.1.1.2';
export const ID_DEVIATION_LIST = '2.23.136.1.1.7';

export const masterListContent = (certificates: readonly Uint8Array[]): Bytes => seq(int(0), set(...certificates));

export interface DeviationPlan {
  readonly documentNumbers?: readonly string[];
  readonly documentSigner?: MadeUpCertificate & { readonly issuer: MadeUpCertificate };
  readonly type: string;
}

export function deviationListContent(deviations: readonly DeviationPlan[]): Bytes {
  const entry = ({ documentNumbers, documentSigner, type }: DeviationPlan): Bytes =>
    seq(
      seq(
        ...(documentSigner === undefined ? [] : [encodeTlv(0xa1, name(documentSigner.issuer.country, documentSigner.issuer.commonName), int(documentSigner.serialNumber))]),
        ...(documentNumbers === undefined ? [] : [encodeTlv(0xa5, ...documentNumbers.map((number) => encodeTlv(0x13, utf8(number))))]),
      ),
      set(seq(oid(type))),
    );
  return seq(int(0), set(...deviations.map(entry)));
}

/** EF.SOD over these data groups. */
export function makeSod(o: { readonly dataGroups: ReadonlyMap<number, Uint8Array>; readonly signer: MadeUpCertificate } & Partial<Omit<CmsPlan, 'signer'>>): Bytes {
  const { dataGroups, hashName = 'sha256' } = o;
  const securityObject = seq(int(0), seq(oid(HASH_OIDS[hashName])), seq(...[...dataGroups].map(([number, contents]) => seq(int(number), octets(sha(hashName, contents))))));
  return encodeTlv(0x77, makeCms({ contentType: '2.23.136.1.1.1', content: securityObject, ...o }));
}

/** A TD3 DG1 of Utopia; check digits right. */
export const madeUpDg1 = (documentNumber = 'L898902C3', check = '6'): Bytes => encodeTlv(0x61, encodeTlv(0x5f1f, utf8(`${'P<UTOERIKSSON<<ANNA<MARIA'.padEnd(44, '<')}${documentNumber}${check}UTO7408122F1204159ZE184226B<<<<<10`)));

/** Explicit parameters of P-256 with another generator: the public key itself. Whoever knows that signs with the private key 1. */
export function keyThatIsItsOwnGenerator(victim: KeyObject): Bytes {
  const point = spki(victim).slice(-65);
  const explicit = spki(ecKeys('explicit').publicKey);
  const generator = Buffer.from('046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5', 'hex');
  const at = Buffer.from(explicit).indexOf(generator);
  return concatBytes(explicit.subarray(0, at), point, explicit.subarray(at + 65, explicit.length - 65), point);
}
