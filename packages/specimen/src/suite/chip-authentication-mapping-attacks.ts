import { type Bytes, concatBytes } from '@visavis/kernel';
import { contentTypeAttribute, ID_DATA } from '../attack-kit/forge-sod.ts';
import { intercept } from '../attack-kit/intercept.ts';
import { ecSigningKey } from '../attack-kit/signing-keys.ts';
import { readDataObjects } from '../chip/read-tlv.ts';
import { sequence, tlv } from '../der/der.ts';
import type { AgreementKeyPair, Passport } from '../lds/passport.ts';
import { encodeCardAccess, encodeCardSecurityInfos } from '../lds/security-infos.ts';
import { curves } from '../pki/elliptic-curve.ts';
import { attack, type Attack } from './attack.ts';
import type { Workshop } from './workshop.ts';

const PROOF = '9303-11 §4.4.3.5';
const CARD_SECURITY = '9303-10 §3.11.4';
const TOKEN = 0x86;
const CHIP_AUTHENTICATION_DATA = 0x8a;

const withKey = (passport: Passport, mappingKey: AgreementKeyPair | undefined): Passport => ({ ...passport, chip: { ...passport.chip, mappingKey } });
const withCardSecurity = ({ files: { cardSecurity: _own, ...files }, ...passport }: Passport, cardSecurity: Bytes | undefined): Passport => ({ ...passport, files: { ...files, ...(cardSecurity === undefined ? {} : { cardSecurity }) } });

/** A copy with every file of the original, on a chip with another key in it. */
const copied = (name: string, key: (own: AgreementKeyPair, w: Workshop) => AgreementKeyPair): Attack =>
  attack(name, PROOF, 'CA_FAILED', (w, evil) => {
    const passport = w.passport('mapping');
    const own = passport.chip.mappingKey!;
    return w.present(withKey(passport, evil ? key(own, w) : own));
  });

/** The original's key in an EF.CardSecurity that something is wrong with. */
const cardSecurity = (name: string, code: string, make: (infos: Bytes, w: Workshop) => Bytes | undefined, clause = CARD_SECURITY): Attack =>
  attack(name, clause, code, (w, evil) => {
    const passport = w.passport('mapping');
    const infos = encodeCardSecurityInfos(passport.chip.pace!.variants, passport.chip.mappingKey!);
    return w.present(withCardSecurity(passport, evil ? make(infos, w) : w.cardSecurity(infos)));
  });

/** Somebody in between changes what comes with the token. It is sealed under keys that he does not have. */
const carried = (name: string, change: (token: Bytes, proof: Bytes) => readonly Bytes[]): Attack =>
  attack(name, PROOF, 'CHIP_KEY_AGREEMENT_INVALID', (w, evil) => {
    const passport = w.passport('mapping');
    const chip = intercept(w.chip(passport), (command, ask) => {
      const answer = ask();
      const objects = readDataObjects(readDataObjects(answer.slice(0, -2))?.find(({ tag }) => tag === 0x7c)?.value ?? new Uint8Array()) ?? [];
      const [token, proof] = [TOKEN, CHIP_AUTHENTICATION_DATA].map((wanted) => objects.find(({ tag }) => tag === wanted)?.value);
      if (command.ins !== 0x86 || token === undefined || proof === undefined) return answer;
      return concatBytes(tlv(0x7c, ...(evil ? change(Uint8Array.from(token), Uint8Array.from(proof)) : [tlv(TOKEN, token), tlv(CHIP_AUTHENTICATION_DATA, proof)])), answer.slice(-2));
    });
    return w.present(passport, { chip });
  });

const flipped = (bytes: Bytes, at: number): Bytes => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

/** Against the chip's proof that comes with PACE. */
export const chipAuthenticationMappingAttacks: readonly Attack[] = [
  // The original proves itself while PACE opens it, as its signed DG14 says; the copy speaks plain PACE only, and says nothing else.
  attack('chip-authentication-mapping-withheld', PROOF, 'CA_FAILED', (w, evil) => {
    const passport = w.passport('mapping');
    const variants = passport.chip.pace!.variants.filter(({ mapping }) => !evil || mapping !== 'chipAuthentication');
    return w.present({ ...passport, files: { ...passport.files, cardAccess: encodeCardAccess(variants) }, chip: { ...passport.chip, pace: { variants, behaviour: 'works' } } });
  }),
  // Whoever has no key divides by nought, which the simulator's arithmetic makes nought: a chip that knows its mapping key sends any quotient it likes.
  copied('chip-authentication-data-of-zero', (own) => ({ ...own, privateKey: new Uint8Array(own.privateKey.length) })),
  copied('chip-authentication-data-of-one', (own) => ({ ...own, privateKey: own.privateKey.map((_byte, i) => (i === own.privateKey.length - 1 ? 1 : 0)) })),
  copied('chip-authentication-data-by-a-key-of-its-own', (own, w) => ({ ...own, ...w.pair('copier') })),
  copied('chip-authentication-data-by-another-genuine-chip', (_own, w) => w.passport('otherMapping').chip.mappingKey!),
  carried('chip-authentication-data-missing', (token) => [tlv(TOKEN, token)]),
  carried('chip-authentication-data-empty', (token) => [tlv(TOKEN, token), tlv(CHIP_AUTHENTICATION_DATA)]),
  carried('chip-authentication-data-cut-short', (token, proof) => [tlv(TOKEN, token), tlv(CHIP_AUTHENTICATION_DATA, proof.subarray(0, 20))]),
  carried('chip-authentication-data-twice', (token, proof) => [tlv(TOKEN, token), tlv(CHIP_AUTHENTICATION_DATA, proof), tlv(CHIP_AUTHENTICATION_DATA, proof)]),
  carried('chip-authentication-data-before-the-token', (token, proof) => [tlv(CHIP_AUTHENTICATION_DATA, proof), tlv(TOKEN, token)]),
  cardSecurity('card-security-missing', 'CA_CARD_SECURITY_MISSING', () => undefined),
  cardSecurity('card-security-of-rubbish', 'PA_CARD_SECURITY_MALFORMED', () => tlv(0x30, Uint8Array.of(0x30, 0x80, 0x00))),
  cardSecurity('card-security-unsigned', 'PA_CARD_SECURITY_MALFORMED', (infos, w) => w.cardSecurity(infos, { signerInfos: () => [] })),
  cardSecurity('card-security-without-signed-attributes', 'PA_CARD_SECURITY_MALFORMED', (infos, w) => w.cardSecurity(infos, { attributes: () => undefined })),
  cardSecurity('card-security-of-another-content-type', 'PA_CARD_SECURITY_MALFORMED', (infos, w) => w.cardSecurity(infos, { contentType: ID_DATA })),
  cardSecurity('card-security-with-attributes-for-another-type', 'PA_CARD_SECURITY_SIGNATURE_INVALID', (infos, w) => w.cardSecurity(infos, { attributes: ([, digest]) => [contentTypeAttribute(ID_DATA), digest!] })),
  cardSecurity('card-security-altered', 'PA_CARD_SECURITY_SIGNATURE_INVALID', (infos, w) => {
    const file = w.cardSecurity(infos);
    // The last byte of the content: the chip's public key, or what follows it.
    return flipped(file, Buffer.from(file).indexOf(Buffer.from(infos)) + infos.length - 1);
  }),
  cardSecurity('card-security-signature-altered', 'PA_CARD_SECURITY_SIGNATURE_INVALID', (infos, w) => w.cardSecurity(infos, { signature: (honest) => flipped(honest, honest.length - 1) })),
  cardSecurity('card-security-signer-missing', 'PA_SIGNER_MISSING', (infos, w) => w.cardSecurity(infos, { certificates: [] })),
  cardSecurity('card-security-by-an-impostor', 'PA_CSCA_UNKNOWN', (infos, w) => {
    const impostor = w.pair('impostor');
    return w.cardSecurity(infos, { key: ecSigningKey(impostor), certificates: [w.signerCertificate({ subjectPublicKeyInfo: ecSigningKey(impostor).subjectPublicKeyInfo }, ecSigningKey(w.pair('impostor authority')))] });
  }),
  cardSecurity('card-security-by-a-signer-whose-time-is-over', 'PA_SIGNER_NOT_VALID', (infos, w) => w.cardSecurity(infos, { certificates: [w.signerCertificate({ notAfterMs: w.nowMs - 86_400_000 })] })),
  cardSecurity('card-security-of-another-document', 'CA_FAILED', (_infos, w) => w.passport('otherMapping').files.cardSecurity!, PROOF),
  cardSecurity('card-security-without-a-key', 'CA_FAILED', (_infos, w) => w.cardSecurity(encodeCardAccess(w.passport('mapping').chip.pace!.variants)), PROOF),
  cardSecurity('card-security-with-a-key-of-another-curve', 'CA_FAILED', (_infos, w) => {
    const { variants } = w.passport('mapping').chip.pace!;
    const publicKey = curves.brainpoolP256r1.curve.Point.BASE.toBytes(false);
    return w.cardSecurity(encodeCardSecurityInfos(variants, { parameterId: 13, privateKey: Uint8Array.of(1), publicKey }));
  }, PROOF),
  cardSecurity('card-security-whose-content-is-no-set', 'CA_KEY_MALFORMED', (_infos, w) => w.cardSecurity(sequence(Uint8Array.of(2, 1, 1)))),
];
