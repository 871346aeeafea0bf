import { createHash, createHmac, type KeyObject, generateKeyPairSync, sign } from 'node:crypto';
import { type Bytes, concatBytes, fromBase64Url, type RandomBytes, toBase64Url, utf8 } from '@visavis/kernel';
import { encodeCbor } from './encode-cbor.ts';

/** What of WebAuthn's `PublicKeyCredentialCreationOptionsJSON` an authenticator of this kind looks at. */
export interface CreationOptions {
  readonly challenge: string;
  readonly rp: { readonly id?: string; readonly name: string };
  readonly user: { readonly id: string };
  readonly pubKeyCredParams: readonly { readonly alg: number; readonly type: string }[];
  readonly excludeCredentials?: readonly { readonly id: string }[];
}

/** The same of `PublicKeyCredentialRequestOptionsJSON`. */
export interface RequestOptions {
  readonly challenge: string;
  readonly rpId?: string;
  readonly allowCredentials?: readonly { readonly id: string }[];
  /** `prf.eval.first` as bytes is looked at (WebAuthn Level 3 §10.1.4). */
  readonly extensions?: object | undefined;
}

/** WebAuthn level 3 `RegistrationResponseJSON`. */
export interface RegistrationResponse {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly authenticatorAttachment: 'platform';
  readonly clientExtensionResults: Record<string, never>;
  readonly response: { readonly clientDataJSON: string; readonly attestationObject: string; readonly transports: ['internal'] };
}

/** WebAuthn level 3 `AuthenticationResponseJSON`. */
export interface AuthenticationResponse {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly authenticatorAttachment: 'platform';
  readonly clientExtensionResults: { readonly prf?: { readonly results: { readonly first: ArrayBuffer } } };
  readonly response: { readonly clientDataJSON: string; readonly authenticatorData: string; readonly signature: string; readonly userHandle: string };
}

export interface SoftwareAuthenticator {
  create(options: CreationOptions): Promise<RegistrationResponse>;
  get(options: RequestOptions): Promise<AuthenticationResponse>;
}

interface Credential {
  readonly id: string;
  readonly rpId: string;
  readonly userHandle: string;
  readonly privateKey: KeyObject;
  /** CTAP's `CredRandomWithUV`: what hmac-secret is keyed with. */
  readonly prfKey: Uint8Array;
  counter: number;
}

const ES256 = -7;
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const ATTESTED_CREDENTIAL_DATA = 0x40;

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** The name WebAuthn gives a refusal: a page sees a DOMException, so does whoever calls this. */
const refusal = (name: 'NotAllowedError' | 'InvalidStateError' | 'NotSupportedError' | 'SecurityError'): DOMException => new DOMException('refused by the software authenticator', name);

/**
 * A passkey authenticator and its browser in one, for headless runs: resident ES256 credentials in memory, attestation
 * "none", the user always there and always verified. It proves nothing about a user, so no product uses it.
 * @param o.origin what the browser would put into clientDataJSON; a relying party id that does not belong to it is refused
 * @param o.random for credential ids
 * @param o.hasPrf false for one of the many that can't (WebAuthn Level 3 §10.1.4)
 */
export function createSoftwareAuthenticator(o: { readonly origin: string; readonly random: RandomBytes; readonly hasPrf?: boolean }): SoftwareAuthenticator {
  const credentials: Credential[] = [];
  const host = new URL(o.origin).hostname;

  function clientData(type: 'webauthn.create' | 'webauthn.get', challenge: string): Bytes {
    return utf8(JSON.stringify({ type, challenge, origin: o.origin, crossOrigin: false }));
  }

  function checkedRpId(rpId: string = host): string {
    if (rpId !== host && !host.endsWith(`.${rpId}`)) throw refusal('SecurityError');
    return rpId;
  }

  function authenticatorData(credential: Credential, attested?: Uint8Array): Bytes {
    const flags = USER_PRESENT | USER_VERIFIED | (attested === undefined ? 0 : ATTESTED_CREDENTIAL_DATA);
    const counter = new Uint8Array(4);
    new DataView(counter.buffer).setUint32(0, credential.counter);
    return concatBytes(sha256(utf8(credential.rpId)), Uint8Array.of(flags), counter, attested ?? new Uint8Array());
  }

  async function create(options: CreationOptions): Promise<RegistrationResponse> {
    const rpId = checkedRpId(options.rp.id);
    if (!options.pubKeyCredParams.some((p) => p.type === 'public-key' && p.alg === ES256)) throw refusal('NotSupportedError');
    if (options.excludeCredentials?.some((excluded) => credentials.some((c) => c.id === excluded.id && c.rpId === rpId)) === true) throw refusal('InvalidStateError');
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const rawId = o.random(32);
    const credential: Credential = { id: toBase64Url(rawId), rpId, userHandle: options.user.id, privateKey, prfKey: o.random(32), counter: 0 };
    // One passkey per account and relying party: a new one takes the old one's place.
    const previous = credentials.findIndex((c) => c.rpId === rpId && c.userHandle === options.user.id);
    if (previous >= 0) credentials.splice(previous, 1);
    credentials.push(credential);

    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const coseKey = encodeCbor(new Map<number, number | Uint8Array>([[1, 2], [3, ES256], [-1, 1], [-2, fromBase64Url(x)], [-3, fromBase64Url(y)]]));
    const attested = concatBytes(new Uint8Array(16), Uint8Array.of(0, rawId.length), rawId, coseKey);
    const attestationObject = encodeCbor(new Map<string, string | Uint8Array | ReadonlyMap<string, string>>([['fmt', 'none'], ['attStmt', new Map<string, string>()], ['authData', authenticatorData(credential, attested)]]));
    return {
      ...envelope(credential.id),
      response: { clientDataJSON: toBase64Url(clientData('webauthn.create', options.challenge)), attestationObject: toBase64Url(attestationObject), transports: ['internal'] },
    };
  }

  async function get(options: RequestOptions): Promise<AuthenticationResponse> {
    const rpId = checkedRpId(options.rpId);
    const allowed = options.allowCredentials ?? [];
    const credential = credentials.findLast((c) => c.rpId === rpId && (allowed.length === 0 || allowed.some((a) => a.id === c.id)));
    if (credential === undefined) throw refusal('NotAllowedError');
    credential.counter++;
    const data = authenticatorData(credential);
    const client = clientData('webauthn.get', options.challenge);
    const signature = sign('sha256', concatBytes(data, sha256(client)), credential.privateKey);
    const extensions: { readonly prf?: { readonly eval?: { readonly first: Uint8Array } } } | undefined = options.extensions;
    const first = extensions?.prf?.eval?.first;
    return {
      ...envelope(credential.id),
      ...(first !== undefined && o.hasPrf !== false && { clientExtensionResults: { prf: { results: { first: prfOutput(credential, first) } } } }),
      response: { clientDataJSON: toBase64Url(client), authenticatorData: toBase64Url(data), signature: toBase64Url(signature), userHandle: credential.userHandle },
    };
  }

  return { create, get };
}

const envelope = (id: string) => ({ id, rawId: id, type: 'public-key', authenticatorAttachment: 'platform', clientExtensionResults: {} }) as const;

/** The input is hashed under a label first, so that a page can't ask for what another protocol uses hmac-secret for. */
function prfOutput(credential: Credential, input: Uint8Array): ArrayBuffer {
  const salt = sha256(concatBytes(utf8('WebAuthn PRF\0'), input));
  return new Uint8Array(createHmac('sha256', credential.prfKey).update(salt).digest()).buffer;
}
