import type { Booth, BoothPool } from '@visavis/booth';
import { BOOTH_LIMITS } from '@visavis/booth';
import type { CreateEnrolment, EnrolmentCreated, TrustAnchors } from '@visavis/contract';
import { ok, type Result } from '@visavis/kernel';
import { admitDocument, endEnrolment, type Enrolment, findEnrolmentByRequest, newRandomId, recordEnrolment, type Registry } from '@visavis/registry';
import type { EventLog } from './event-log.ts';
import type { OperatorSigner } from './operator-signer.ts';

/** A citizen may take this long for the passkey after the booth's last moment. */
const BINDING_TIME_MS = 10 * 60 * 1000;
/** Clocks of server and device differ a little. */
const CLOCK_LEEWAY_S = 60;

/** The living booths of this process, by enrolment. */
export interface BoothDesk {
  /** @faults BOOTH_NONE_FREE, BOOTH_CELL_DIED, ENROLMENT_REQUEST_REUSED */
  begin(request: CreateEnrolment, clientKeyThumbprint: string): Promise<Result<EnrolmentCreated>>;
  booth(enrolmentId: string): Booth | undefined;
}

export interface BoothDeskOptions {
  readonly pool: BoothPool;
  readonly registry: Registry;
  readonly signer: OperatorSigner;
  readonly trustAnchors: TrustAnchors;
  readonly log: EventLog;
}

/** Opens, certifies, records and remembers booths; forgets each when it ends. */
export function createBoothDesk(o: BoothDeskOptions): BoothDesk {
  const living = new Map<string, Booth>();
  const beginning = new Map<string, Promise<Result<EnrolmentCreated>>>();

  const begin = async (request: CreateEnrolment, clientKeyThumbprint: string): Promise<Result<EnrolmentCreated>> => {
    const earlier = await findEnrolmentByRequest(o.registry, { requestId: request.requestId, clientKeyThumbprint });
    if (!earlier.ok) return earlier;
    if (earlier.value !== undefined) return ok(answer(earlier.value));
    const enrolmentId = newRandomId(o.registry.random);
    const consentId = newRandomId(o.registry.random);
    const opened = await o.pool.open({
      enrolmentId,
      clientKeyThumbprint,
      consentId,
      trustAnchors: o.trustAnchors,
      onEvent: ({ event, code }) => o.log(code === undefined ? { event: `booth.${event}` } : { event: `booth.${event}`, code }),
      documentStatus: (document) => admitDocument(o.registry, document),
    });
    if (!opened.ok) return opened;
    const booth = opened.value;
    try {
      const nowS = Math.floor(o.registry.clock() / 1000);
      const lifetimeMs = BOOTH_LIMITS.lifetimeMs + BINDING_TIME_MS;
      const boothCertificate = await o.signer.certifyBooth({
        enrolmentId,
        channelKey: booth.keys.channelKey,
        verdictKey: booth.keys.verdictKey,
        clientKeyThumbprint,
        iat: nowS - CLOCK_LEEWAY_S,
        exp: nowS + Math.ceil(lifetimeMs / 1000) + CLOCK_LEEWAY_S,
      });
      const recorded = await recordEnrolment(o.registry, { requestId: request.requestId, enrolmentId, consentId, clientKeyThumbprint, consent: request.consent, boothCertificate, lifetimeMs });
      // Another server recorded this request first: its booth serves, this one closes unused.
      if (!recorded.ok || recorded.value.enrolmentId !== enrolmentId) await booth.close('BOOTH_DISCONNECTED');
      else remember(enrolmentId, booth);
      return recorded.ok ? ok(answer(recorded.value)) : recorded;
    } catch (error) {
      await booth.close('BOOTH_DISCONNECTED');
      throw error;
    }
  };

  const remember = (enrolmentId: string, booth: Booth): void => {
    living.set(enrolmentId, booth);
    void forget(enrolmentId, booth);
  };

  const forget = async (enrolmentId: string, booth: Booth): Promise<void> => {
    const { outcome, codes } = await booth.ended;
    living.delete(enrolmentId);
    o.log({ event: 'booth.ended', outcome, codes });
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
    booth: (enrolmentId) => living.get(enrolmentId),
  };
}

const answer = (enrolment: Enrolment): EnrolmentCreated => ({ enrolmentId: enrolment.enrolmentId, boothCertificate: enrolment.boothCertificate, limits: { ...BOOTH_LIMITS } });
