import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { concatBytes, fromHex } from '@visavis/kernel';
import { type DerObject, derAt, derObject, derObjects } from './der-objects.ts';

/** As the German list of May 2026. */
const CERTIFICATES = 588;
const MASTER_LIST = fromHex('0606678108010102');
/** Extended key usage of who signs master lists (ICAO 9303-12 §7.1.2). */
const EXTENDED_KEY_USAGE = fromHex('0603551d25');
const MASTER_LIST_SIGNING = fromHex('0606678108010103');
const CONTENT_TYPE = fromHex('06092a864886f70d010903');
const MESSAGE_DIGEST = fromHex('06092a864886f70d010904');

export interface MasterList {
  readonly cms: Uint8Array;
  /** The authority behind the list's signer. */
  readonly anchor: Uint8Array;
}

interface EcKeys {
  readonly privateKey: KeyObject;
  readonly subjectPublicKeyInfo: Uint8Array;
}

const raws = (objects: readonly DerObject[]): Uint8Array[] => objects.map(({ raw }) => raw);

/**
 * A master list of made-up authorities, each with a key of its own (explicit parameters, as ICAO wants them) and signed by
 * it; under the first of them the list's signer.
 * @param o.csca, o.sod of a specimen state: what the certificates and the list are modelled after
 */
export function makeMasterList(o: { readonly csca: Uint8Array; readonly sod: Uint8Array }): MasterList {
  const keys = drawKeys();
  const anchor = certificate(o.csca, 0, keys, keys);
  const others = Array.from({ length: CERTIFICATES - 1 }, (_, i) => {
    const own = drawKeys();
    return certificate(o.csca, i + 1, own, own);
  });
  const signer = drawKeys();
  const parts = raws(derObjects(derAt(o.sod, 0, 0, 1, 0).value));
  const signerCertificate = certificate(forMasterLists(derAt(parts[3]!, 0, 0).raw), CERTIFICATES, signer, keys);
  const content = derObject(0x30, fromHex('020100'), derObject(0x31, anchor, ...others));
  const [version, sid, digest, attributes, algorithm] = derObjects(derAt(parts.at(-1)!, 0, 0).value) as [DerObject, DerObject, DerObject, DerObject, DerObject];
  const signingTime = derObjects(attributes.value)[1]!;
  const signed = [derObject(0x30, CONTENT_TYPE, derObject(0x31, MASTER_LIST)), signingTime.raw, derObject(0x30, MESSAGE_DIGEST, derObject(0x31, derObject(0x04, createHash('sha256').update(content).digest())))];
  const signature = sign('sha256', derObject(0x31, ...signed), signer.privateKey);
  const signerInfo = derObject(0x30, version.raw, sid.raw, digest.raw, derObject(0xa0, ...signed), algorithm.raw, derObject(0x04, signature));
  const signedData = derObject(0x30, parts[0]!, parts[1]!, derObject(0x30, MASTER_LIST, derObject(0xa0, derObject(0x04, content))), derObject(0xa0, signerCertificate), derObject(0x31, signerInfo));
  return { cms: derObject(0x30, derAt(o.sod, 0, 0, 0).raw, derObject(0xa0, signedData)), anchor };
}

function drawKeys(): EcKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1', paramEncoding: 'explicit' });
  return { privateKey, subjectPublicKeyInfo: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })) };
}

/** After a model, with another serial number and key. */
function certificate(model: Uint8Array, number: number, subject: EcKeys, issuer: EcKeys): Uint8Array {
  const [tbs, algorithm] = derObjects(derAt(model, 0).value) as [DerObject, DerObject];
  const serialNumber = derObject(0x02, concatBytes(Uint8Array.of(0x53), createHash('sha256').update(String(number)).digest().subarray(0, 7)));
  const own = derObject(0x30, ...raws(derObjects(tbs.value)).with(1, serialNumber).with(6, subject.subjectPublicKeyInfo));
  return derObject(0x30, own, algorithm.raw, derObject(0x03, Uint8Array.of(0), sign('sha256', own, issuer.privateKey)));
}

/** A document signer's certificate as a model for one that signs master lists. */
function forMasterLists(model: Uint8Array): Uint8Array {
  const [tbs, ...rest] = derObjects(derAt(model, 0).value) as [DerObject, ...DerObject[]];
  const fields = raws(derObjects(tbs.value));
  const extensions = raws(derObjects(derAt(fields[7]!, 0, 0).value));
  const usage = derObject(0x30, EXTENDED_KEY_USAGE, fromHex('0101ff'), derObject(0x04, derObject(0x30, MASTER_LIST_SIGNING)));
  return derObject(0x30, derObject(0x30, ...fields.slice(0, 7), derObject(0xa3, derObject(0x30, ...extensions, usage))), ...raws(rest));
}
