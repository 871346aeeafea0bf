import { setTimeout as sleep } from 'node:timers/promises';
import type { Booth, BoothPool } from '@visavis/booth';
import { BOOTH_LIMITS } from '@visavis/booth';
import { boothKeyDigests, type CreateEnrolment, type EnrolmentCreated, type TrustAnchors } from '@visavis/contract';
import { ok, type Result } from '@visavis/kernel';
import { admitDocument, endEnrolment, type Enrolment, findEnrolmentByRequest, newRandomId, recordEnrolment, type Registry } from '@visavis/registry';
import type { Counter } from './counter.ts';
import type { EventLog } from './event-log.ts';
import type { OperatorSigner } from './operator-signer.ts';
import { writeReceipt } from './receipt/write-receipt.ts';

/** A citizen may take this long for the passkey after the booth's last moment. */
const BINDING_TIME_MS = 10 * 60 * 1000;
/** Clocks of server and device differ a little. */
const CLOCK_LEEWAY_S = 60;
/** A server that stops waits this long for the receipts of the booths that it ended. */
const SETTLE_MS = 5000;

/** The living booths of this process, by enrolment. */
export interface BoothDesk {
  /** @faults BOOTH_NONE_FREE, BOOTH_CELL_DIED, ENROLMENT_REQUEST_REUSED */
  begin(request: CreateEnrolment, clientKeyThumbprint: string): Promise<Result<EnrolmentCreated>>;
  booth(enrolmentId: string): Booth | undefined;
  /** The booth lives, or its erasure receipt is being written. */
  receiptPending(enrolmentId: string): boolean;
  /** Waits, for a few seconds at most, for the receipts of booths that have ended. */
  settled(): Promise<void>;
}

/** A booth whose keys are logged, and what is told about it at its end. */
interface LivingBooth {
  readonly booth: Booth;
  readonly enrolmentId: string;
  readonly clientKeyThumbprint: string;
  readonly boothKeyHash: string;
  readonly startedAtMs: number;
  readonly events: ReadonlySet<string>;
}

export interface BoothDeskOptions {
  readonly pool: BoothPool;
  readonly registry: Registry;
  readonly signer: OperatorSigner;
  readonly trustAnchors: TrustAnchors;
  readonly log: EventLog;
  readonly count: Counter;
}

/** Opens, certifies, records and remembers booths; forgets each when it ends. */
export function createBoothDesk(o: BoothDeskOptions): BoothDesk {
  const living = new Map<string, LivingBooth>();
  const writing = new Map<string, Promise<void>>();
  const beginning = new Map<string, Promise<Result<EnrolmentCreated>>>();

  const begin = async (request: CreateEnrolment, clientKeyThumbprint: string): Promise<Result<EnrolmentCreated>> => {
    const earlier = await findEnrolmentByRequest(o.registry, { requestId: request.requestId, clientKeyThumbprint });
    if (!earlier.ok) return earlier;
    if (earlier.value !== undefined) return ok(answer(earlier.value));
    const enrolmentId = newRandomId(o.registry.random);
    const consentId = newRandomId(o.registry.random);
    const events = new Set<string>();
    const startedAtMs = o.registry.clock();
    const opened = await o.pool.open({
      enrolmentId,
      clientKeyThumbprint,
      consentId,
      trustAnchors: o.trustAnchors,
      onEvent: ({ event, code }) => {
        events.add(event);
        o.log(code === undefined ? { event: `booth.${event}` } : { event: `booth.${event}`, code });
      },
      documentStatus: (document) => admitDocument(o.registry, document),
    });
    if (!opened.ok) return opened;
    const booth = opened.value;
    try {
      const digests = await boothKeyDigests(booth.keys);
      // Logged before anybody uses them: the signer certifies no other keys, and the citizen's device accepts no others.
      const boothLogged = await o.registry.log.append({ kind: 'boothOpened', at: new Date(o.registry.clock()).toISOString(), ...digests });
      // From here on its end is logged too, whoever it serves: a start without an end would look like a room that was hidden.
      remember({ booth, enrolmentId, clientKeyThumbprint, boothKeyHash: digests.boothKeyHash, startedAtMs, events });
      const nowS = Math.floor(o.registry.clock() / 1000);
      const lifetimeMs = BOOTH_LIMITS.lifetimeMs + BINDING_TIME_MS;
      const boothCertificate = await o.signer.certifyBooth(
        {
          enrolmentId,
          channelKey: booth.keys.channelKey,
          verdictKey: booth.keys.verdictKey,
          clientKeyThumbprint,
          iat: nowS - CLOCK_LEEWAY_S,
          exp: nowS + Math.ceil(lifetimeMs / 1000) + CLOCK_LEEWAY_S,
        },
        boothLogged,
      );
      const recorded = await recordEnrolment(o.registry, { requestId: request.requestId, enrolmentId, consentId, clientKeyThumbprint, consent: request.consent, pathway: 'face', boothCertificate, boothLogged, lifetimeMs });
      // Another server recorded this request first: its booth serves, this one closes unused.
      if (!recorded.ok || recorded.value.enrolmentId !== enrolmentId) await booth.close('BOOTH_DISCONNECTED');
      return recorded.ok ? ok(answer(recorded.value)) : recorded;
    } catch (error) {
      await booth.close('BOOTH_DISCONNECTED');
      throw error;
    }
  };

  const remember = (one: LivingBooth): void => {
    living.set(one.enrolmentId, one);
    o.count('attempt');
    void forget(one);
  };

  const forget = async (one: LivingBooth): Promise<void> => {
    const { enrolmentId, booth } = one;
    const { outcome, codes } = await booth.ended;
    const receipt = (async () => {
      if (await writeReceipt(o, { ...one, outcome, endedAtMs: o.registry.clock() })) o.count('roomErased');
      writing.delete(enrolmentId);
    })();
    writing.set(enrolmentId, receipt);
    living.delete(enrolmentId);
    o.log({ event: 'booth.ended', outcome, codes });
    o.count(`outcome ${outcome}`);
    if (outcome !== 'accept' && outcome !== 'withdrawn') for (const code of new Set(codes)) o.count(`refusal ${code}`);
    // A booth that failed may have sent its verdict just before (the device hangs up when it has it): that verdict
    // stands, and where there is none, none can come any more and the enrolment runs out by itself.
    if (outcome === 'accept' || outcome === 'failed') return;
    await endEnrolment(o.registry, enrolmentId).catch(() => o.log({ event: 'registry.unavailable' }));
  };

  return {
    // Two requests with one id in this process share one booth.
    begin: (request, clientKeyThumbprint) => {
      const key = `${request.requestId} ${clientKeyThumbprint}`;
      const running = beginning.get(key);
      if (running !== undefined) return running;
      const started = begin(request, clientKeyThumbprint).finally(() => beginning.delete(key));
      beginning.set(key, started);
      return started;
    },
    booth: (enrolmentId) => living.get(enrolmentId)?.booth,
    receiptPending: (enrolmentId) => living.has(enrolmentId) || writing.has(enrolmentId),
    async settled() {
      const over = new AbortController();
      await Promise.race([Promise.all(writing.values()), sleep(SETTLE_MS, undefined, { signal: over.signal }).catch(() => undefined)]);
      over.abort();
    },
  };
}

const answer = (enrolment: Enrolment): EnrolmentCreated => ({ enrolmentId: enrolment.enrolmentId, boothCertificate: enrolment.boothCertificate, boothLogged: enrolment.boothLogged, limits: { ...BOOTH_LIMITS } });
