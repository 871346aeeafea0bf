import { constants, createHash, type KeyObject, privateDecrypt } from 'node:crypto';
import { type Bytes, concatBytes, type RandomBytes } from '@visavis/kernel';
import { cloneWithForeignKeys, cloneWithoutKeys } from '../attack-kit/clones.ts';
import { eavesdrop } from '../attack-kit/eavesdrop.ts';
import { intercept, isProtected } from '../attack-kit/intercept.ts';
import { lyingEcKey, rsaPublicKeyInfo } from '../attack-kit/signing-keys.ts';
import { signNonce } from '../chip/active-authentication.ts';
import type { CommandApdu } from '../chip/command-apdu.ts';
import { answer, type Answer, encodeAnswer } from '../chip/status-words.ts';
import { tlv } from '../der/der.ts';
import { encodeCom } from '../lds/encode-com.ts';
import type { ActiveAuthenticationKey, Passport } from '../lds/passport.ts';
import { fieldElement } from '../pki/elliptic-curve.ts';
import { attack, type Attack, NO_CHIP_PROOF } from './attack.ts';
import type { PassportKind, Workshop } from './workshop.ts';

const ACTIVE = '9303-11 §6.1';
const SCHEME_1 = 'ISO/IEC 9796-2 §8';
const CHIP = '9303-11 §6.2';
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The answer to INTERNAL AUTHENTICATE comes from somebody else. */
const active = (name: string, clause: string, kind: PassportKind, respond: (nonce: Uint8Array, honest: Bytes, w: Workshop) => Bytes): Attack =>
  attack(name, clause, 'AA_FAILED', (w, evil) => {
    const passport = w.passport(kind);
    const tampering = (command: CommandApdu, ask: () => Answer): Answer => {
      const honest = ask();
      return evil && command.ins === 0x88 ? answer(0x9000, respond(command.data, honest.data, w)) : honest;
    };
    return w.present(passport, { chip: eavesdrop(w.chip(passport), passport, { answer: tampering }) });
  });

/** A status word in place of an answer. */
const refusing = (name: string, clause: string, code: string, kind: PassportKind, ins: number, status: number): Attack =>
  attack(name, clause, code, (w, evil) => {
    const passport = w.passport(kind);
    return w.present(passport, { chip: eavesdrop(w.chip(passport), passport, { answer: (command, ask) => (evil && command.ins === ins ? answer(status) : ask()) }) });
  });

const keyOf = (w: Workshop, kind: PassportKind): ActiveAuthenticationKey => w.passport(kind).chip.activeAuthenticationKey!;
const sha1 = (...parts: readonly Uint8Array[]): Bytes => Uint8Array.from(createHash('sha1').update(concatBytes(...parts)).digest());

/** A representative of one's own making, put through the chip's own key: what a broken or bought chip may sign. @param make of 128 bytes */
const representative = (name: string, make: (nonce: Uint8Array, m1: RandomBytes) => Uint8Array): Attack =>
  active(name, SCHEME_1, 'activeRsa', (nonce, _honest, w) => {
    const key = keyOf(w, 'activeRsa') as ActiveAuthenticationKey & { readonly privateKey: KeyObject };
    const f = make(nonce, w.random(name));
    if (f.length !== 128) throw new RangeError('as long as the modulus');
    return Uint8Array.from(privateDecrypt({ key: key.privateKey, padding: constants.RSA_NO_PADDING }, f));
  });
const HEADER = Uint8Array.of(0x6a);
const TRAILER = Uint8Array.of(0xbc);
const M1_BYTES = 128 - 1 - 20 - 1;

/** The state signs a DG15 or DG14 with a key that nobody can prove anything by. */
const signedKey = (name: string, clause: string, code: string, kind: PassportKind, file: 'dg14' | 'dg15', change: (file: Bytes, w: Workshop) => Bytes): Attack =>
  attack(name, clause, code, (w, evil) => {
    const passport = w.passport(kind);
    const files = { ...passport.files, [file]: evil ? change(passport.files[file]!, w) : passport.files[file] };
    return w.present({ ...passport, files: { ...files, sod: w.sod(files) } });
  });

/** The same file with this public key in the place of the passport's own, on the same curve or on another. */
function replaced(file: Bytes, own: Bytes, other: Bytes): Bytes {
  const at = Buffer.from(file).indexOf(Buffer.from(own));
  if (at < 0 || own.length !== other.length) throw new RangeError('no such key in this file');
  return concatBytes(file.subarray(0, at), other, file.subarray(at + own.length));
}

/** Whoever asks for this file, by its short name or its long one, hears that there is none. */
const hidden = (name: string, kind: PassportKind, shortFileId: number): Attack =>
  attack(name, '9303-11 §5.1', 'PA_DG_MISSING', (w, evil) => {
    const passport = w.passport(kind);
    const asks = ({ ins, p1, data }: CommandApdu): boolean => (ins === 0xb0 && p1 === (0x80 | shortFileId)) || (ins === 0xa4 && data[0] === 0x01 && data[1] === shortFileId);
    return w.present(passport, { chip: eavesdrop(w.chip(passport), passport, { answer: (command, ask) => (evil && asks(command) ? answer(0x6a82) : ask()) }) });
  });

/** The same by one without a key, who sees headers only and answers with an error that anybody can make. */
const hiddenByErrors = (name: string, kind: PassportKind, shortFileId: number): Attack =>
  attack(name, '9303-11 §5.1', 'PA_DG_MISSING', (w, evil) => {
    const passport = w.passport(kind);
    const asks = ({ ins, p1 }: CommandApdu): boolean => (ins === 0xb0 && p1 === (0x80 | shortFileId)) || (ins === 0xa4 && p1 === 0x02);
    return w.present(passport, { chip: intercept(w.chip(passport), (command, ask) => (evil && isProtected(command) && asks(command) ? encodeAnswer(answer(0x6982)) : ask())) });
  });

const ownGenerator = (publicKey: Uint8Array): Bytes => lyingEcKey('P-256', publicKey, { generator: publicKey });
const honestKey = (publicKey: Uint8Array): Bytes => lyingEcKey('P-256', publicKey, {});
const withChip = (passport: Passport, chip: Partial<Passport['chip']>): Passport => ({ ...passport, chip: { ...passport.chip, ...chip } });

/** Against the proof that the chip is the original. */
export const chipProofAttacks: readonly Attack[] = [
  attack('clone-of-a-document-without-chip-proof', CHIP, NO_CHIP_PROOF, (w, evil) => w.present(w.passport(evil ? 'plain' : 'active'))),
  ...(['active', 'activeRsa'] as const).flatMap((kind) => [
    attack(`clone-without-the-key-of-${kind === 'active' ? 'ecdsa' : 'rsa'}-active-authentication`, ACTIVE, 'AA_FAILED', (w, evil) => w.present(evil ? cloneWithoutKeys(w.passport(kind)) : w.passport(kind))),
    attack(`clone-with-its-own-key-of-${kind === 'active' ? 'ecdsa' : 'rsa'}-active-authentication`, ACTIVE, 'AA_FAILED', (w, evil) => w.present(evil ? cloneWithForeignKeys(w.passport(kind)) : w.passport(kind))),
  ]),
  attack('clone-without-the-key-of-chip-authentication', CHIP, 'CA_FAILED', (w, evil) => w.present(evil ? cloneWithoutKeys(w.passport('chipProof')) : w.passport('chipProof'))),
  attack('clone-with-its-own-key-of-chip-authentication', CHIP, 'CA_FAILED', (w, evil) => w.present(evil ? cloneWithForeignKeys(w.passport('chipProof')) : w.passport('chipProof'))),
  attack('clone-with-the-key-of-another-genuine-chip', CHIP, 'CA_FAILED', (w, evil) => w.present(withChip(w.passport('chipProof'), { chipAuthentication: w.passport(evil ? 'otherChipProof' : 'chipProof').chip.chipAuthentication }))),
  attack('clone-with-dg14-and-key-of-another-genuine-chip', CHIP, 'PA_DG_HASH_MISMATCH', (w, evil) => {
    const [passport, other] = [w.passport('chipProof'), w.passport(evil ? 'otherChipProof' : 'chipProof')];
    return w.present(withChip({ ...passport, files: { ...passport.files, dg14: other.files.dg14 } }, { chipAuthentication: other.chip.chipAuthentication }));
  }),
  // EF.COM is signed by nobody: what it leaves out is read all the same.
  attack('clone-whose-ef-com-hides-dg14', '9303-10 §4.6.1', 'CA_FAILED', (w, evil) => {
    const passport = w.passport('chipProof');
    const hidden = { ...passport, files: { ...passport.files, com: encodeCom([1, 2]) } };
    return w.present(evil ? cloneWithoutKeys(hidden) : hidden);
  }),
  hidden('dg14-hidden', 'chipProof', 0x0e),
  hidden('dg15-hidden', 'active', 0x0f),
  hiddenByErrors('dg14-hidden-by-unprotected-errors', 'chipProof', 0x0e),
  hiddenByErrors('dg15-hidden-by-unprotected-errors', 'active', 0x0f),
  refusing('chip-authentication-refused-under-triple-des', CHIP, 'CA_FAILED', 'chipProofDes', 0x22, 0x6a80),
  refusing('chip-authentication-only-said-to-be-done-under-triple-des', CHIP, 'CA_FAILED', 'chipProofDes', 0x22, 0x9000),
  refusing('chip-authentication-refused-at-the-key', CHIP, 'CA_FAILED', 'chipProof', 0x22, 0x6a80),
  refusing('chip-authentication-refused-at-the-agreement', CHIP, 'CA_FAILED', 'chipProof', 0x86, 0x6fff),
  refusing('chip-authentication-only-said-to-be-done', CHIP, 'CA_FAILED', 'chipProof', 0x86, 0x9000),
  refusing('active-authentication-refused', ACTIVE, 'AA_FAILED', 'active', 0x88, 0x6a80),
  refusing('active-authentication-said-to-be-unknown', ACTIVE, 'AA_FAILED', 'active', 0x88, 0x6d00),
  refusing('active-authentication-of-no-bytes', ACTIVE, 'AA_FAILED', 'active', 0x88, 0x9000),

  active('active-authentication-by-another-document', ACTIVE, 'active', (nonce, _honest, w) => signNonce(keyOf(w, 'otherActive'), nonce, w.random('unused'))),
  active('active-authentication-of-an-old-nonce', ACTIVE, 'active', (_nonce, _honest, w) => signNonce(keyOf(w, 'active'), new Uint8Array(8), w.random('unused'))),
  active('ecdsa-of-zeros', 'SEC 1 §4.1.4', 'active', () => new Uint8Array(64)),
  active('ecdsa-r-zero', 'SEC 1 §4.1.4', 'active', (_nonce, honest) => concatBytes(new Uint8Array(32), honest.subarray(32))),
  active('ecdsa-s-zero', 'SEC 1 §4.1.4', 'active', (_nonce, honest) => concatBytes(honest.subarray(0, 32), new Uint8Array(32))),
  active('ecdsa-of-the-order', 'SEC 1 §4.1.4', 'active', () => concatBytes(fieldElement(P256_ORDER), fieldElement(P256_ORDER))),
  active('ecdsa-halves-exchanged', 'BSI TR-03111 §5.2', 'active', (_nonce, honest) => concatBytes(honest.subarray(32), honest.subarray(0, 32))),
  active('ecdsa-cut-short', 'BSI TR-03111 §5.2', 'active', (_nonce, honest) => honest.slice(0, 63)),
  active('ecdsa-with-a-tail', 'BSI TR-03111 §5.2', 'active', (_nonce, honest) => concatBytes(honest, Uint8Array.of(0))),
  active('ecdsa-halves-of-33-bytes', 'BSI TR-03111 §5.2', 'active', (_nonce, honest) => concatBytes(Uint8Array.of(0), honest.subarray(0, 32), Uint8Array.of(0), honest.subarray(32))),

  active('rsa-active-authentication-of-an-old-nonce', ACTIVE, 'activeRsa', (_nonce, _honest, w) => signNonce(keyOf(w, 'activeRsa'), new Uint8Array(8), w.random('old nonce'))),
  active('rsa-signature-of-zero', SCHEME_1, 'activeRsa', () => new Uint8Array(128)),
  active('rsa-signature-of-one', SCHEME_1, 'activeRsa', () => concatBytes(new Uint8Array(127), Uint8Array.of(1))),
  active('rsa-signature-beyond-the-modulus', SCHEME_1, 'activeRsa', () => new Uint8Array(128).fill(0xff)),
  active('rsa-signature-cut-short', SCHEME_1, 'activeRsa', (_nonce, honest) => honest.slice(1)),
  active('rsa-signature-with-a-tail', SCHEME_1, 'activeRsa', (_nonce, honest) => concatBytes(Uint8Array.of(0), honest)),
  representative('iso9796-header-of-full-recovery', (nonce, random) => sealed(Uint8Array.of(0x4a), random(M1_BYTES), nonce, TRAILER)),
  representative('iso9796-header-zero', (nonce, random) => sealed(Uint8Array.of(0x0a), random(M1_BYTES), nonce, TRAILER)),
  representative('iso9796-trailer-wrong', (nonce, random) => sealed(HEADER, random(M1_BYTES), nonce, Uint8Array.of(0xbd))),
  representative('iso9796-trailer-of-an-unknown-hash', (nonce, random) => sealed(HEADER, random(M1_BYTES - 1), nonce, Uint8Array.of(0x99, 0xcc))),
  representative('iso9796-trailer-of-another-hash', (nonce, random) => sealed(HEADER, random(M1_BYTES - 1), nonce, Uint8Array.of(0x34, 0xcc))),
  representative('iso9796-hash-without-the-nonce', (_nonce, random) => sealed(HEADER, random(M1_BYTES), new Uint8Array(), TRAILER)),
  representative('iso9796-hash-of-the-nonce-alone', (nonce, random) => concatBytes(HEADER, random(M1_BYTES), sha1(nonce), TRAILER)),
  representative('iso9796-nonce-before-the-recovered-part', (nonce, random) => {
    const m1 = random(M1_BYTES);
    return concatBytes(HEADER, m1, sha1(nonce, m1), TRAILER);
  }),
  // The header's padding for a short message, so that the recovered part is what the verifier makes of it.
  representative('iso9796-recovered-part-short', (nonce, random) => {
    const m1 = random(4);
    return concatBytes(Uint8Array.of(0x6b), new Uint8Array(M1_BYTES - 5).fill(0xbb), Uint8Array.of(0xba), m1, sha1(m1, nonce), TRAILER);
  }),

  signedKey('dg15-of-rubbish', '9303-10 §4.7.15', 'AA_KEY_MALFORMED', 'active', 'dg15', () => tlv(0x6f, Uint8Array.of(0x30, 0x03, 0x02))),
  signedKey('dg14-of-rubbish', '9303-10 §4.7.14', 'CA_KEY_MALFORMED', 'chipProof', 'dg14', () => tlv(0x6e, Uint8Array.of(0x31, 0x02, 0x30, 0x05))),
  signedKey('dg15-key-with-a-generator-of-its-own', ACTIVE, 'AA_KEY_MALFORMED', 'active', 'dg15', (_file, w) => tlv(0x6f, ownGenerator(w.pair('stranger').publicKey))),
  signedKey('dg15-key-of-exponent-one', ACTIVE, NO_CHIP_PROOF, 'active', 'dg15', () => tlv(0x6f, rsaPublicKeyInfo((1n << 1023n) + 1n, 1n))),
  signedKey('dg15-key-of-512-bits', ACTIVE, NO_CHIP_PROOF, 'active', 'dg15', () => tlv(0x6f, rsaPublicKeyInfo((1n << 511n) + 1n, 65_537n))),
  signedKey('dg14-key-with-a-generator-of-its-own', CHIP, 'CA_KEY_MALFORMED', 'chipProof', 'dg14', (file, w) => {
    const { publicKey } = w.passport('chipProof').chip.chipAuthentication[0]!.pair;
    return replaced(file, honestKey(publicKey), ownGenerator(publicKey));
  }),
];

/** F = header ‖ M1 ‖ SHA-1(M1 ‖ nonce) ‖ trailer. */
function sealed(header: Uint8Array, m1: Uint8Array, nonce: Uint8Array, trailer: Uint8Array): Bytes {
  return concatBytes(header, m1, sha1(m1, nonce), trailer);
}
