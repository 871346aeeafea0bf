import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { fromBase64Url, type RandomBytes, toBase64Url } from '@visavis/kernel';
import { loadOrCreate, syncFolder, writeDurably } from '@visavis/secret-files';
import { createSigninKeys, rotateSigninKeys, type SigninKeys } from '@visavis/signin';
import { z } from 'zod';

const SECRET_BYTES = 32;

const secret = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const registrySecrets = z.strictObject({ documentTagKey: secret });
const personSecrets = z.strictObject({ personTagKey: secret });
const SIGNIN_KEYS_FILE = 'signin-keys.json';
const signinSecrets = z.strictObject({ jwks: z.strictObject({ keys: z.array(z.record(z.string(), z.unknown())).min(1) }), cookieKeys: z.array(secret).min(1), pairwiseSecret: secret });

/** Secrets of registry and sign-in, from the state folder; made at the first start. */
export async function openSecrets(stateDir: string, random: RandomBytes): Promise<{ readonly documentTagKey: Uint8Array; readonly personTagKey: Uint8Array; readonly signinKeys: SigninKeys }> {
  const registry = await loadOrCreate(stateDir, 'registry-keys.json', registrySecrets, () => Promise.resolve({ documentTagKey: toBase64Url(random(SECRET_BYTES)) }));
  const person = await loadOrCreate(stateDir, 'person-tag-key.json', personSecrets, () => Promise.resolve({ personTagKey: toBase64Url(random(SECRET_BYTES)) }));
  const signinKeys = await loadOrCreate(stateDir, SIGNIN_KEYS_FILE, signinSecrets, () => createSigninKeys(random));
  return { documentTagKey: fromBase64Url(registry.documentTagKey), personTagKey: fromBase64Url(person.personTagKey), signinKeys };
}

/**
 * Rotates the keys of sign-in in the state folder. Servers read them when they start: each is restarted afterwards, one
 * by one, since what the new key signs verifies with the others too.
 * @returns the public ids of the keys, the one that signs first
 */
export async function rotateSigninKeysFile(stateDir: string, random: RandomBytes): Promise<readonly string[]> {
  const rotated = await rotateSigninKeys((await openSecrets(stateDir, random)).signinKeys, random);
  const file = path.join(stateDir, SIGNIN_KEYS_FILE);
  const draft = `${file}.${randomUUID()}.draft`;
  await writeDurably(draft, JSON.stringify(rotated));
  await rename(draft, file);
  await syncFolder(stateDir);
  return rotated.jwks.keys.map((key) => String(key['kid']));
}
