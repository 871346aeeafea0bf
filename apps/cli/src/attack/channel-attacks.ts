import { randomBytes } from 'node:crypto';
import { createClientKey } from '@visavis/client';
import { type BoothCertificate, clientConfiguration, enrolmentCreated, signBoothCertificate } from '@visavis/contract';
import { testPortrait } from '@visavis/specimen';
import { createCitizenDevice, enrolCitizen } from '../citizen/enrol-citizen.ts';
import { orderPassport } from '../citizen/order-passport.ts';
import { meddle, type Meddling } from './meddle.ts';
import type { AttackedSystem, TriedAttack } from './tried-attack.ts';

interface ChannelAttack {
  readonly name: string;
  readonly code: string;
  meddling(): Meddling | Promise<Meddling>;
}

/** Does it to the device's message of this index: 1 opens the document, then come the chip's answers. */
const to = (at: number, change: (message: Buffer) => readonly (Buffer | string)[]): Meddling => ({
  message: ({ from, index, message }) => (from === 'device' && index === at && typeof message !== 'string' ? change(message) : [message]),
});
const ofBooth = (change: (message: Buffer) => readonly Buffer[]): Meddling => ({
  message: ({ from, index, message }) => (from === 'booth' && index === 0 && typeof message !== 'string' ? change(message) : [message]),
});
const flipped = (bytes: Buffer): Buffer => {
  const other = Buffer.from(bytes);
  other[other.length >> 1]! ^= 1;
  return other;
};

/** Swaps the certificate that the device gets. */
const certificate = (swap: (genuine: string) => Promise<string>): Meddling => ({
  answer: async (path, body) => {
    if (path !== '/api/enrolments') return body;
    const created = enrolmentCreated.parse(JSON.parse(body));
    return JSON.stringify({ ...created, boothCertificate: await swap(created.boothCertificate) });
  },
});

const attacks = (system: AttackedSystem, recorded: readonly Buffer[]): readonly ChannelAttack[] => [
  { name: 'message-changed-in-one-bit', code: 'BOOTH_CHANNEL_SEQUENCE', meddling: () => to(2, (message) => [flipped(message)]) },
  { name: 'message-cut-short', code: 'BOOTH_CHANNEL_SEQUENCE', meddling: () => to(2, (message) => [message.subarray(0, -1)]) },
  { name: 'message-sent-twice', code: 'BOOTH_CHANNEL_SEQUENCE', meddling: () => to(2, (message) => [message, message]) },
  { name: 'message-of-another-session', code: 'BOOTH_CHANNEL_SEQUENCE', meddling: () => to(2, () => [recorded[1]!]) },
  { name: 'message-empty', code: 'BOOTH_CHANNEL_SEQUENCE', meddling: () => to(1, () => [Buffer.alloc(0)]) },
  { name: 'message-as-text', code: 'BOOTH_CHANNEL_MALFORMED', meddling: () => to(1, () => ['{"type":"withdraw"}']) },
  { name: 'message-larger-than-any', code: 'NETWORK_CUT', meddling: () => to(2, () => [Buffer.alloc(600 * 1024)]) },
  {
    name: 'hello-of-somebody-else',
    code: 'BOOTH_LOST',
    meddling: () => ({ message: ({ from, index, message }) => [from === 'device' && index === 0 && typeof message === 'string' ? message.replace(/"signature":"..../, '"signature":"AAAA') : message] }),
  },
  { name: 'booth-message-changed', code: 'BOOTH_ANSWER_INVALID', meddling: () => ofBooth((message) => [flipped(message)]) },
  { name: 'booth-message-sent-twice', code: 'BOOTH_ANSWER_INVALID', meddling: () => ofBooth((message) => [message, message]) },
  { name: 'booth-message-replaced', code: 'BOOTH_ANSWER_INVALID', meddling: () => ofBooth(() => [Buffer.from('what comes next')]) },
  {
    name: 'booth-key-of-the-relay',
    code: 'BOOTH_CERTIFICATE_INVALID',
    async meddling() {
      const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
      const channelKey = Buffer.from(await crypto.subtle.exportKey('raw', publicKey)).toString('base64url');
      const claimsOf = (genuine: string) => JSON.parse(Buffer.from(genuine.split('.')[1]!, 'base64url').toString()) as BoothCertificate;
      return certificate((genuine) => signBoothCertificate({ ...claimsOf(genuine), channelKey }, privateKey));
    },
  },
  {
    name: 'booth-of-the-relay-genuine-and-logged',
    code: 'BOOTH_CERTIFICATE_INVALID',
    async meddling() {
      const own = await openBooth(system);
      return certificate(() => Promise.resolve(own));
    },
  },
];

/** What whoever stands between a citizen's device and the running system can try, and one who only carries. */
export async function* attackChannel(system: AttackedSystem): AsyncGenerator<TriedAttack> {
  const recorded: Buffer[] = [];
  const record: Meddling = {
    message: ({ from, message }) => {
      if (from === 'device' && typeof message !== 'string') recorded.push(message);
      return [message];
    },
  };
  yield { family: 'channel', name: 'one who only carries', at: 'system', expected: 'accepted', got: await through(system, record) };
  for (const attack of attacks(system, recorded)) yield { family: 'channel', name: attack.name, at: 'system', expected: attack.code, got: await through(system, await attack.meddling()) };
}

/** An honest attempt, up to the camera, through somebody's hands. */
async function through(system: AttackedSystem, meddling: Meddling): Promise<string> {
  const passport = await orderPassport(system.specimenStateUrl, { portrait: Buffer.from(testPortrait).toString('base64'), givenNames: 'CARRIED', familyName: 'CHALLENGER', dateOfBirth: '1985-05-05', dateOfExpiry: `${new Date().getUTCFullYear() + 6}-06-30`, sex: 'unspecified' });
  const device = createCitizenDevice(system.siteUrl);
  const enough = new AbortController();
  const ended = await enrolCitizen({
    device: { ...device, server: meddle(device.server, meddling) },
    passport,
    camera: { start: () => Promise.resolve(), nextFrame: () => Promise.resolve(undefined), stop: () => undefined, onProgress: () => undefined, lastFrameAtMs: () => 0 },
    signal: enough.signal,
    onProgress: ({ stage }) => {
      if (stage === 'documentAccepted') enough.abort();
    },
  }).finally(() => passport.putAway());
  return enough.signal.aborted || ended.ok ? 'accepted' : ended.fault.code;
}

/** A sealed room that the relay opened for itself. @returns its certificate */
async function openBooth({ siteUrl }: AttackedSystem): Promise<string> {
  const { publicKey } = await createClientKey();
  const { consentTextVersion } = clientConfiguration.parse(await (await fetch(`${siteUrl}/api/configuration`)).json());
  const body = { requestId: randomBytes(16).toString('base64url'), clientKey: publicKey, consent: { faceProcessing: true, identityCreation: true, textVersion: consentTextVersion, language: 'en' } };
  const answer = await fetch(`${siteUrl}/api/enrolments`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return enrolmentCreated.parse(await answer.json()).boothCertificate;
}
