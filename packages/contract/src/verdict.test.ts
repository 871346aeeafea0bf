import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { type BoothCertificate, contentHash, p256PublicJwk, type P256PublicJwk, signBoothCertificate, signPossession, signVerdict, type VerdictClaims, verifyBoothCertificate, verifyPossession, verifyVerdict } from './index.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const IAT = NOW_MS / 1000;
const ENROLMENT = 'A'.repeat(22);
const CONSENT = 'C'.repeat(22);

interface Pair {
  readonly publicKey: P256PublicJwk;
  readonly privateKey: CryptoKey;
  readonly thumbprint: string;
}

async function pair(): Promise<Pair> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const { kty, crv, x, y } = await exportJWK(publicKey);
  const jwk = p256PublicJwk.parse({ kty, crv, x, y });
  return { publicKey: jwk, privateKey, thumbprint: await calculateJwkThumbprint(jwk, 'sha256') };
}

let operator: Pair;
let booth: Pair;
let device: Pair;
let stranger: Pair;

beforeAll(async () => {
  [operator, booth, device, stranger] = await Promise.all([pair(), pair(), pair(), pair()]);
});

const certificateClaims = (change: Partial<BoothCertificate> = {}): BoothCertificate => ({
  enrolmentId: ENROLMENT,
  channelKey: 'B'.repeat(87),
  verdictKey: booth.publicKey,
  clientKeyThumbprint: device.thumbprint,
  iat: IAT,
  exp: IAT + 900,
  ...change,
});

/** `undefined` in `change` leaves a member out. */
const accepted = (change: Record<string, unknown> = {}): VerdictClaims =>
  JSON.parse(JSON.stringify({
    enrolmentId: ENROLMENT,
    clientKeyThumbprint: device.thumbprint,
    consentId: CONSENT,
    pathway: 'face',
    policyVersion: 'test-1',
    checks: [{ check: 'sodSignature', status: 'pass' }],
    iat: IAT,
    exp: IAT + 600,
    outcome: 'accept',
    levelOfAssurance: 'eidas2',
    person: { familyName: 'SPECIMEN', givenNames: 'ANNA', dateOfBirth: '1990-01-01', sex: 'female', nationality: 'UTO' },
    document: { type: 'passport', issuingState: 'UTO', documentNumber: 'L898902C3', dateOfExpiry: '2032-01-01' },
    ...change,
  })) as VerdictClaims;

async function judge(change: { verdict?: Record<string, unknown>; verdictSigner?: Pair; certificate?: Partial<BoothCertificate>; certificateSigner?: Pair; atMs?: number } = {}): Promise<string> {
  const boothCertificate = await signBoothCertificate(certificateClaims(change.certificate), (change.certificateSigner ?? operator).privateKey);
  const verdict = await signVerdict(accepted(change.verdict), (change.verdictSigner ?? booth).privateKey);
  const judged = await verifyVerdict(
    { verdict, boothCertificate },
    { operatorKey: operator.publicKey, enrolmentId: ENROLMENT, clientKeyThumbprint: device.thumbprint, consentId: CONSENT, atMs: change.atMs ?? NOW_MS },
  );
  return judged.ok ? 'ok' : `${judged.fault.code}: ${String(judged.fault.detail['reason'] ?? judged.fault.detail['outcome'])}`;
}

describe('verifyVerdict', () => {
  it('gives an honest verdict its type back', async () => {
    expect(await judge()).toBe('ok');
  });

  it.each([
    ['a booth that another operator certified', () => judge({ certificateSigner: stranger }), 'BOOTH_CERTIFICATE_INVALID: signature, type or time'],
    ['a certificate for another enrolment', () => judge({ certificate: { enrolmentId: 'Z'.repeat(22) } }), 'BOOTH_CERTIFICATE_INVALID: another enrolment'],
    ['a certificate for another device', () => judge({ certificate: { clientKeyThumbprint: stranger.thumbprint } }), 'BOOTH_CERTIFICATE_INVALID: another device'],
    ['an expired certificate', () => judge({ certificate: { exp: IAT - 1 } }), 'BOOTH_CERTIFICATE_INVALID: signature, type or time'],
    ['a verdict by a key that the certificate does not name', () => judge({ verdictSigner: stranger }), 'VERDICT_INVALID: signature, type or time'],
    ['a verdict for another enrolment', () => judge({ verdict: { enrolmentId: 'Z'.repeat(22) } }), 'VERDICT_INVALID: another enrolment'],
    ['a verdict for another device', () => judge({ verdict: { clientKeyThumbprint: stranger.thumbprint } }), 'VERDICT_INVALID: another device'],
    ['a verdict under another consent', () => judge({ verdict: { consentId: 'Z'.repeat(22) } }), 'VERDICT_INVALID: another consent'],
    ['an old verdict', () => judge({ atMs: NOW_MS + 700_000 }), 'VERDICT_INVALID: signature, type or time'],
    ['a rejection', () => judge({ verdict: { outcome: 'reject', reasons: ['FACE_NOT_LIVE'], levelOfAssurance: undefined, person: undefined, document: undefined } }), 'VERDICT_NOT_ACCEPTED: reject'],
  ])('refuses %s', async (_what, attempt, reason) => {
    expect(await attempt()).toBe(reason);
  });

  it('refuses an accepted verdict that carries anything more, such as an image', async () => {
    await expect(judge({ verdict: { portrait: 'AAAA' } })).rejects.toThrow();
    const smuggled = await new SignJWT({ ...accepted(), portrait: 'AAAA' }).setProtectedHeader({ alg: 'ES256', typ: 'visavis-verdict+jwt' }).sign(booth.privateKey);
    const judged = await verifyVerdict(
      { verdict: smuggled, boothCertificate: await signBoothCertificate(certificateClaims(), operator.privateKey) },
      { operatorKey: operator.publicKey, enrolmentId: ENROLMENT, clientKeyThumbprint: device.thumbprint, consentId: CONSENT, atMs: NOW_MS },
    );
    expect(judged).toMatchObject({ ok: false, fault: { code: 'VERDICT_INVALID', detail: { reason: 'claims' } } });
  });

  it('refuses a token made for another purpose', async () => {
    const verdictAsCertificate = await signVerdict(accepted(), operator.privateKey);
    const judged = await verifyBoothCertificate(verdictAsCertificate, { operatorKey: operator.publicKey, enrolmentId: ENROLMENT, clientKeyThumbprint: device.thumbprint, atMs: NOW_MS });
    expect(judged).toMatchObject({ ok: false, fault: { code: 'BOOTH_CERTIFICATE_INVALID', detail: { reason: 'signature, type or time' } } });
  });
});

describe('verifyPossession', () => {
  const prove = (by: Pair, action: 'bind' | 'withdraw' = 'bind', enrolmentId = ENROLMENT): Promise<string> =>
    signPossession({ enrolmentId, action, publicKey: by.publicKey, privateKey: by.privateKey, atMs: NOW_MS });
  const judgePossession = async (token: string, atMs = NOW_MS): Promise<string> => {
    const judged = await verifyPossession(token, { enrolmentId: ENROLMENT, action: 'bind', clientKeyThumbprint: device.thumbprint, atMs });
    return judged.ok ? 'ok' : `${judged.fault.code}: ${String(judged.fault.detail['reason'])}`;
  };

  it('accepts the device that started, and nobody else, for that action only', async () => {
    expect(await judgePossession(await prove(device))).toBe('ok');
    expect(await judgePossession(await prove(stranger))).toBe('CLIENT_KEY_NOT_PROVEN: signature, key, type or time');
    expect(await judgePossession(await prove(device, 'withdraw'))).toBe('CLIENT_KEY_NOT_PROVEN: another purpose');
    expect(await judgePossession(await prove(device, 'bind', 'Z'.repeat(22)))).toBe('CLIENT_KEY_NOT_PROVEN: another purpose');
    expect(await judgePossession(await prove(device), NOW_MS + 600_000)).toBe('CLIENT_KEY_NOT_PROVEN: signature, key, type or time');
  });

  it('holds for what it was made over and for nothing else, in whatever order that is read back', async () => {
    const passkey = { id: 'a', response: { clientDataJSON: 'b', attestationObject: 'c' }, transports: ['internal', 'usb'] };
    const over = await contentHash({ passkey });
    const judged = async (made: string | undefined, expected: string | undefined): Promise<string> => {
      const token = await signPossession({ enrolmentId: ENROLMENT, action: 'bind', publicKey: device.publicKey, privateKey: device.privateKey, atMs: NOW_MS, ...(made === undefined ? {} : { over: made }) });
      const result = await verifyPossession(token, { enrolmentId: ENROLMENT, action: 'bind', clientKeyThumbprint: device.thumbprint, atMs: NOW_MS, ...(expected === undefined ? {} : { over: expected }) });
      return result.ok ? 'ok' : `${result.fault.code}: ${String(result.fault.detail['reason'])}`;
    };
    const { id, response, transports } = passkey;
    expect(await judged(over, await contentHash({ renewal: undefined, passkey: { transports, response: { attestationObject: 'c', clientDataJSON: 'b' }, id } }))).toBe('ok');
    for (const other of [{ passkey: { ...passkey, id: 'z' } }, { passkey: { ...passkey, response: { ...response, attestationObject: 'z' } } }, { passkey: { ...passkey, transports: ['usb', 'internal'] } }, { renewal: passkey }, {}]) {
      expect(await judged(over, await contentHash(other))).toBe('CLIENT_KEY_NOT_PROVEN: another content');
    }
    expect(await judged(undefined, over)).toBe('CLIENT_KEY_NOT_PROVEN: another content');
    expect(await judged(over, undefined)).toBe('CLIENT_KEY_NOT_PROVEN: another content');
  });

  it('refuses the right key in the header over a stranger\'s signature', async () => {
    const forged = await signPossession({ enrolmentId: ENROLMENT, action: 'bind', publicKey: device.publicKey, privateKey: stranger.privateKey, atMs: NOW_MS });
    expect(await judgePossession(forged)).toBe('CLIENT_KEY_NOT_PROVEN: signature, key, type or time');
  });
});
