import { createHash, randomBytes } from 'node:crypto';
import type { ServerPort, SocketLike } from '@visavis/client';
import type { Booth, BoothPool } from '@visavis/booth';
import { type BindIdentity, boothKeyDigests, type CreateEnrolment, type LoggedEntry, p256PublicJwk, type P256PublicJwk, signBoothCertificate, type TrustAnchors, verifyVerdict } from '@visavis/contract';
import { toBase64Url } from '@visavis/kernel';
import { commitment, createNoteKey, encodeLogProof, formatCheckpoint, leafHash, type NoteKey, rootOf, signNote } from '@visavis/log';

/** A server in which nothing is left but the way to a booth: what is measured behind it is the booth. */
export interface BareServer {
  readonly operatorKey: P256PublicJwk;
  readonly logKey: string;
  /** For one enrolment, by a booth of this pool. */
  serve(pool: BoothPool, trustAnchors: TrustAnchors): ServerPort;
}

const newId = (): string => toBase64Url(new Uint8Array(randomBytes(16)));
const NO_RECEIPT = { fault: { code: 'RECEIPT_UNAVAILABLE', stage: 'booth', retry: 'never', meaning: 'Not measured here.', nextStep: 'None.' } };

export async function createBareServer(): Promise<BareServer> {
  const operator = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', operator.publicKey);
  const operatorKey = p256PublicJwk.parse({ kty, crv, x, y });
  const noteKey = createNoteKey('log.bench/one', new Uint8Array(randomBytes(32)));
  return {
    operatorKey,
    logKey: noteKey.verifierKey,
    serve(pool, trustAnchors) {
      const [enrolmentId, consentId] = [newId(), newId()];
      let booth: Booth | undefined;
      let clientKeyThumbprint = '';
      const begin = async (request: CreateEnrolment): Promise<Response> => {
        const { crv, kty, x, y } = request.clientKey;
        // RFC 7638: the required members, in alphabetical order.
        clientKeyThumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
        const opened = await pool.open({ enrolmentId, clientKeyThumbprint, consentId, trustAnchors, onEvent: () => {}, documentStatus: () => Promise.resolve('notReported') });
        if (!opened.ok) throw new Error(opened.fault.code);
        booth = opened.value;
        const iat = Math.floor(Date.now() / 1000);
        const boothCertificate = await signBoothCertificate({ enrolmentId, ...booth.keys, clientKeyThumbprint, iat, exp: iat + 600 }, operator.privateKey);
        return Response.json({ enrolmentId, boothCertificate, boothLogged: await logBirth(booth.keys, noteKey), limits: { chipSessions: 3, scripts: 2, lifetimeMs: 300_000 } }, { status: 201 });
      };
      return {
        origin: 'https://bench.invalid',
        openSocket: () => socketTo(booth!),
        async fetch(url, init) {
          const body: unknown = JSON.parse(init.body as string);
          if (url.endsWith('/enrolments')) return begin(body as CreateEnrolment);
          if (url.endsWith('/passkey-options')) return Response.json({});
          if (url.endsWith('/withdraw')) return new Response(null, { status: 204 });
          if (url.endsWith('/receipt')) return Response.json(NO_RECEIPT, { status: 410 });
          const verdict = await verifyVerdict(body as BindIdentity, { operatorKey, enrolmentId, clientKeyThumbprint, consentId, atMs: Date.now() });
          if (!verdict.ok) throw new Error(verdict.fault.code);
          return Response.json({ person: verdict.value.person, levelOfAssurance: verdict.value.levelOfAssurance, createdAt: new Date().toISOString() }, { status: 201 });
        },
      };
    },
  };
}

/** A log with one entry: the birth of this booth. */
async function logBirth(keys: Booth['keys'], noteKey: NoteKey): Promise<LoggedEntry> {
  const text = JSON.stringify({ kind: 'boothOpened', at: new Date().toISOString(), ...(await boothKeyDigests(keys)) });
  const salt = new Uint8Array(randomBytes(32));
  const leaf = leafHash(commitment(salt, text));
  const checkpoint = signNote(formatCheckpoint({ origin: noteKey.name, size: 1, root: rootOf(1, () => leaf) }), noteKey);
  return { opening: { salt: toBase64Url(salt), text }, proof: encodeLogProof({ index: 0, path: [], checkpoint }) };
}

/** A WebSocket without a network. */
function socketTo(booth: Booth): SocketLike {
  const target = new EventTarget();
  booth.onSend((sealed) => void target.dispatchEvent(new MessageEvent('message', { data: Uint8Array.from(sealed).buffer })));
  const tellEnd = async (): Promise<void> => {
    const { outcome, codes } = await booth.ended;
    target.dispatchEvent(Object.assign(new Event('close'), { reason: outcome === 'failed' ? codes[0] : '' }));
  };
  void tellEnd();
  setTimeout(() => target.dispatchEvent(new Event('open')), 0);
  return {
    binaryType: 'blob',
    bufferedAmount: 0,
    send: (message) => void booth.receive(message),
    close: () => void booth.close('BOOTH_DISCONNECTED'),
    addEventListener: (type: string, listener: (event: never) => void) => target.addEventListener(type, listener as unknown as EventListener),
  };
}
