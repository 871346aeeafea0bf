import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { toHex } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { flippedSodSignature, strippedDg14Dg15, unknownCsca } from './index.ts';
import { createSpecimenState } from './specimen-state.ts';
import { testPortrait } from './test-portrait.ts';

const nowMs = Date.UTC(2026, 10, 22, 9);
const order = { portrait: testPortrait, familyName: 'MUSTER', givenNames: 'ANNA', dateOfBirth: '1990-02-03', dateOfExpiry: '2033-02-03', sex: 'female', access: 'paceAndBac', authentication: 'both' } as const;

/** The document signer's certificate, found in EF.SOD by the one place where a certificate can begin. */
function documentSignerOf(sod: Uint8Array): X509Certificate {
  for (let at = 0; at < sod.length - 4; at++) {
    if (sod[at] !== 0x30 || sod[at + 1] !== 0x82 || sod[at + 4] !== 0x30) continue;
    const certificate = sod.slice(at, at + 4 + sod[at + 2]! * 256 + sod[at + 3]!);
    try {
      return new X509Certificate(certificate);
    } catch {
      // Another structure that begins alike.
    }
  }
  throw new Error('no certificate');
}

describe('specimen state', () => {
  it('is the same byte for byte from the same seed and day, and another from another seed', () => {
    const state = createSpecimenState({ seed: 'a', nowMs });
    expect(createSpecimenState({ seed: 'a', nowMs: nowMs + 3_600_000 }).trustAnchors).toEqual(state.trustAnchors);
    expect(createSpecimenState({ seed: 'b', nowMs }).trustAnchors).not.toEqual(state.trustAnchors);
    expect(createSpecimenState({ seed: 'a', nowMs }).mintPassport(order).files).toEqual(state.mintPassport(order).files);
  });

  it.each(['P-256', 'brainpoolP256r1'] as const)('has a CSCA on %s that Node verifies, and that issued every document signer', (curve) => {
    const state = createSpecimenState({ seed: 'a', nowMs, curve });
    const csca = new X509Certificate(state.trustAnchors.cscaCertificates[0]!);
    expect(csca.ca && csca.verify(csca.publicKey) && csca.subject).toBe('C=UT\nO=Specimen State\nCN=CSCA Utopia');
    for (const signer of ['regular', 'expired', 'revoked'] as const) {
      const documentSigner = documentSignerOf(state.mintPassport({ ...order, signer }).files.sod);
      expect(documentSigner.verify(csca.publicKey)).toBe(true);
      expect(documentSigner.validToDate.getTime() < nowMs).toBe(signer === 'expired');
      expect(Buffer.from(state.trustAnchors.crls[0]!).includes(Buffer.from(documentSigner.serialNumber, 'hex'))).toBe(signer === 'revoked');
    }
    const impostor = documentSignerOf(unknownCsca(state.mintPassport(order), nowMs).files.sod);
    expect([impostor.issuer, impostor.verify(csca.publicKey)]).toEqual([csca.subject, false]);
  });

  it('puts the hash of every data group into EF.SOD', () => {
    const { files } = createSpecimenState({ seed: 'a', nowMs }).mintPassport(order);
    for (const group of [files.dg1, files.dg2, files.dg14!, files.dg15!]) expect(Buffer.from(files.sod).includes(createHash('sha256').update(group).digest())).toBe(true);
  });

  it('puts into the chip what was ordered: files, and keys that fit them', () => {
    const state = createSpecimenState({ seed: 'a', nowMs });
    const files = (access: 'pace' | 'bac', authentication: 'none' | 'activeAuthentication' | 'chipAuthentication') => {
      const minted = state.mintPassport({ ...order, access, authentication }).files;
      return { cardAccess: minted.cardAccess !== undefined, dg14: minted.dg14 !== undefined, dg15: minted.dg15 !== undefined };
    };
    expect(files('bac', 'none')).toMatchObject({ cardAccess: false, dg14: false, dg15: false });
    expect(files('pace', 'none')).toMatchObject({ cardAccess: true, dg14: true, dg15: false });
    expect(files('bac', 'activeAuthentication')).toMatchObject({ cardAccess: false, dg14: true, dg15: true });
    expect(files('bac', 'chipAuthentication')).toMatchObject({ cardAccess: false, dg14: true, dg15: false });
    const { chip } = state.mintPassport(order);
    const spki = chip.activeAuthenticationKey!.subjectPublicKeyInfo;
    expect(createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  });

  it('refuses a portrait that is no JPEG, or too large for a chip', () => {
    const state = createSpecimenState({ seed: 'a', nowMs });
    expect(() => state.mintPassport({ ...order, portrait: new Uint8Array(100) })).toThrow(RangeError);
    expect(() => state.mintPassport({ ...order, portrait: new Uint8Array(60_001) })).toThrow(RangeError);
  });

  it('the attack kit changes what it says, and nothing else', () => {
    const passport = createSpecimenState({ seed: 'a', nowMs }).mintPassport(order);
    const stripped = strippedDg14Dg15(passport);
    expect([stripped.files.dg14, stripped.files.dg15, toHex(stripped.files.com).endsWith('5c026175')]).toEqual([undefined, undefined, true]);
    expect(stripped.files.sod).toBe(passport.files.sod);
    const flipped = flippedSodSignature(passport).files.sod;
    expect(flipped.filter((b, i) => b !== passport.files.sod[i])).toHaveLength(1);
  });
});
