import { createHash } from 'node:crypto';
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { sharedProofInfo } from '@visavis/contract';
import { concatBytes, fromBase64Url, toBase64Url, utf8 } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { newProofSecret, type ProofLink, proofLinkOf } from './proof-link.ts';

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const content = { recipient: 'A landlord', purpose: 'Rent a flat', attributes: [{ attribute: 'age_over_18', value: 'true' }], provenAt: '2026-11-22T12:00:00.000Z', expiresAt: '2026-11-23T12:00:00.000Z' };

/** As the server seals. */
async function sealed(link: ProofLink, plain: unknown, info = sharedProofInfo(link.tokenHash)): Promise<string> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(fromBase64Url(link.publicKey).buffer);
  const { enc, ct } = await suite.seal({ recipientPublicKey, info }, utf8(JSON.stringify(plain)));
  return toBase64Url(concatBytes(new Uint8Array(enc), new Uint8Array(ct)));
}
const newLink = async (): Promise<ProofLink> => (await proofLinkOf(newProofSecret()))!;

describe('the link of a proof', () => {
  it('is always the same from the same secret, opens what was sealed to it, and its token is what the hash is of', async () => {
    const secret = newProofSecret();
    const [made, read] = [(await proofLinkOf(secret))!, (await proofLinkOf(secret))!];
    expect({ ...read, open: undefined }).toEqual({ ...made, open: undefined });
    expect(made.tokenHash).toBe(createHash('sha256').update(fromBase64Url(made.token)).digest('base64url'));
    expect([made.token, made.tokenHash, made.publicKey].some((part) => part.includes(secret))).toBe(false);
    expect(await read.open(await sealed(made, content))).toEqual(content);
  });

  it("opens nothing of another link's, nothing that is none of ours, and nothing altered", async () => {
    const [link, other] = [await newLink(), await newLink()];
    expect(await link.open(await sealed(other, content))).toBeUndefined();
    expect(await link.open(await sealed(link, content, sharedProofInfo(other.tokenHash)))).toBeUndefined();
    expect(await link.open(await sealed(link, { ...content, more: 1 }))).toBeUndefined();
    const whole = await sealed(link, content);
    for (const box of ['', 'A', whole.slice(4), `${whole.slice(0, -4)}AAAA`]) expect(await link.open(box)).toBeUndefined();
  });

  it.each(['', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}=`, `${'A'.repeat(42)} `])('is none from an address that was cut or changed: %j', async (secret) => {
    expect(await proofLinkOf(secret)).toBeUndefined();
  });
});
