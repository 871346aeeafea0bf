import { compactDecrypt, type CompactJWEHeaderParameters, importJWK, type JWK } from 'jose';

const ENCRYPTION = { keyManagementAlgorithms: ['ECDH-ES', 'RSA-OAEP-256'], contentEncryptionAlgorithms: ['A256GCM'] };

/** The signed token inside an encrypted one; a token that is not encrypted as it is. Throws when it was encrypted to somebody else. */
export async function unsealed(token: string, keys: readonly JWK[]): Promise<string> {
  if (token.split('.').length !== 5) return token;
  const getKey = async (header: CompactJWEHeaderParameters) => {
    const key = keys.find(({ kid }) => kid === header.kid);
    if (key === undefined) throw new Error('no key');
    return importJWK(key, header.alg);
  };
  return new TextDecoder().decode((await compactDecrypt(token, getKey, ENCRYPTION)).plaintext);
}
