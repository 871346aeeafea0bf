import { exportJWK, generateKeyPair, type JWK } from 'jose';

/** The bank's own keys: one proves that it is the bank, to the other the provider encrypts what it tells. */
export interface BankKeys {
  readonly signing: JWK;
  readonly decryption: JWK;
  /** What is published at `/jwks`. */
  readonly published: { readonly keys: readonly JWK[] };
}

/** New at every start, as the provider fetches the public ones when it needs them. A bank that is one keeps them in a hardware module. */
export async function createKeys(): Promise<BankKeys> {
  const [signing, decryption] = [await createKey('ES256', 'sig'), await createKey('ECDH-ES', 'enc')];
  return { signing: signing.privateJwk, decryption: decryption.privateJwk, published: { keys: [signing.publicJwk, decryption.publicJwk] } };
}

async function createKey(alg: 'ES256' | 'ECDH-ES', use: 'sig' | 'enc'): Promise<{ readonly privateJwk: JWK; readonly publicJwk: JWK }> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const named = { kid: `${use}-${crypto.randomUUID()}`, use, alg };
  return { privateJwk: { ...(await exportJWK(privateKey)), ...named }, publicJwk: { ...(await exportJWK(publicKey)), ...named } };
}
