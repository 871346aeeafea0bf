import { type BindIdentity, type BoothMessage, type CardAnswers, type ChallengeProfile, type ConsentGiven, contentHash, type CreateEnrolment, type EnrolmentCreated, type IdentityBound, identityBound, type P256PublicJwk, type PasskeyAnswer, passkeyChallenge, type RecoverIdentity, type RecoveryStarted, recoveryStarted, signPossession, verifyBoothCertificate, boothCertificateFaults, boothKeyDigests } from '@visavis/contract';
import { type Clock, err, fromBase64Url, ok, type PublicFault, type Result, toBase64Url, toPublic } from '@visavis/kernel';
import { z } from 'zod';
import { type ClientKey, createClientKey } from '../channel/client-key.ts';
import { openChannel } from '../channel/open-channel.ts';
import { clientFault } from '../faults.ts';
import type { AccessKey, Camera, ChipRelay, Passkeys, ServerPort } from '../ports.ts';
import { fetchReceipt, type ReceiptOutcome } from '../receipt/fetch-receipt.ts';
import { callServer } from '../server/call-server.ts';
import { awaitBooth } from './await-booth.ts';
import type { EnrolmentProgress, EnrolmentRefusal, EnrolmentStage, NextTry } from './progress.ts';
import { orRefuse, Refused } from './refused.ts';
import { type FrameStream, streamFrames } from './stream-frames.ts';
import { type BoothTalk, talkToBooth } from './talk-to-booth.ts';
import { verifyBoothLogged } from './verify-booth-logged.ts';

/** Waits between tries of the one call that makes the identity; it may be asked again safely. */
const BIND_AGAIN_AFTER_MS = [500, 2000] as const;
/** A booth's last words may still be on their way when its time is over. */
const SILENCE_MARGIN_MS = 10_000;

/** The server may have done what it was asked. */
const ANSWER_LOST: ReadonlySet<string> = new Set(['NETWORK_CUT', 'SERVER_ANSWER_INVALID', 'SERVER_FAILED']);

export interface Enrol {
  readonly server: ServerPort;
  readonly chip: ChipRelay;
  readonly camera: Camera;
  readonly passkeys: Passkeys;
  /** Given when the citizen already has an identity and renewed the document: a passkey of that identity moves it, and no new one is made. */
  readonly renewWith?: Pick<Passkeys, 'get'>;
  /** What opens the chip, as the citizen typed it. */
  readonly access: AccessKey;
  /** As the citizen gave it, on this device, to the text that was shown. */
  readonly consent: ConsentGiven;
  /** Pinned by the caller: a booth that this key did not certify gets nothing. */
  readonly operatorKey: P256PublicJwk;
  /** Pinned likewise: a booth whose keys the log with this verifier key does not contain gets nothing. */
  readonly logKey: string;
  readonly clock: Clock;
  /** Which movements to ask for, asked at each try once the camera runs; left out: all of them. */
  readonly profile?: () => ChallengeProfile;
  readonly onProgress: (progress: EnrolmentProgress) => void;
  /** Asked when a step failed that may be done again. */
  readonly onStepFailed: (fault: PublicFault, left: { readonly chipSessions: number; readonly scripts: number }) => Promise<NextTry>;
  /** Aborting withdraws consent: the booth ends unjudged. */
  readonly signal?: AbortSignal;
}

export interface Enrolled {
  readonly enrolmentId: string;
  readonly identity: IdentityBound;
  /** The erasure receipt of the sealed room, verified; or why there is none. */
  readonly receipt: ReceiptOutcome;
}

/**
 * The whole enrolment from the citizen's side: a key that cannot leave the device, a certified booth, a sealed
 * channel, the chip's answers, the camera's frames, and with an accepted verdict a passkey and an identity. What this
 * side concludes is for its user only: booth and registry believe none of it.
 * @faults of {@link ../faults.ts clientFaults}, BOOTH_CERTIFICATE_INVALID, BOOTH_KEY_NOT_LOGGED, and what booth and server told, in words
 */
export async function enrol(o: Enrol): Promise<Result<Enrolled, EnrolmentRefusal>> {
  const steps = new Steps(o);
  const ended = await toTheEnd(steps, (accepted) => steps.bind(accepted));
  return ended.ok ? ok({ enrolmentId: ended.value.enrolmentId, identity: ended.value.made, receipt: ended.value.receipt }) : ended;
}

/** A recovery that was begun; it waits for the new passkey to come back. */
export interface RecoveryBegun {
  readonly started: RecoveryStarted;
  /** As with {@link Enrolled}. */
  readonly receipt: ReceiptOutcome;
}

/**
 * As {@link enrol}, for who lost the devices of an identity they have: the same document and face again, and a new
 * passkey that may take the place of the old ones when its day is over.
 * @faults as {@link enrol}
 */
export async function beginRecovery(o: Omit<Enrol, 'renewWith'>): Promise<Result<RecoveryBegun, EnrolmentRefusal>> {
  const steps = new Steps(o);
  const ended = await toTheEnd(steps, (accepted) => steps.beginRecovery(accepted));
  return ended.ok ? ok({ started: ended.value.made, receipt: ended.value.receipt }) : ended;
}

async function toTheEnd<T>(steps: Steps, make: (accepted: Accepted) => Promise<T>): Promise<Result<{ readonly enrolmentId: string; readonly made: T; readonly receipt: ReceiptOutcome }, EnrolmentRefusal>> {
  let ended: Result<{ readonly enrolmentId: string; readonly made: T }, EnrolmentRefusal>;
  try {
    ended = ok(await steps.run(make));
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    ended = err(refused.refusal);
  } finally {
    await steps.leave();
  }
  // However it ended, the citizen learns what became of what they showed.
  const receipt = await steps.receipt();
  if (ended.ok) return ok({ ...ended.value, receipt: receipt! });
  return err(receipt === undefined ? ended.fault : { ...ended.fault, receipt });
}

/** What the sealed room accepted, and who may use it. */
interface Accepted {
  readonly enrolmentId: string;
  readonly clientKey: ClientKey;
  readonly verdict: string;
  readonly boothCertificate: string;
}

class Steps {
  readonly #o: Enrol;
  #talk: BoothTalk | undefined;
  #cameraRuns = false;
  #stream: FrameStream | undefined;
  #clientKey: ClientKey | undefined;
  #created: EnrolmentCreated | undefined;
  #decided = false;
  #boothKeyHash: string | undefined;
  #receipt: Promise<ReceiptOutcome> | undefined;

  constructor(o: Enrol) {
    this.#o = o;
  }

  /** @param make what is made of an accepted verdict */
  async run<T>(make: (accepted: Accepted) => Promise<T>): Promise<{ readonly enrolmentId: string; readonly made: T }> {
    const clientKey = await createClientKey();
    this.#clientKey = clientKey;
    const created = await this.#create(clientKey);
    this.#created = created;
    this.#tell({ stage: 'created', enrolmentId: created.enrolmentId, limits: created.limits });
    const talk = await this.#openBooth(created, clientKey);
    this.#talk = talk;
    this.#tell({ stage: 'channelOpen' });
    // A booth that outlives its time is one that nothing is heard of any more.
    const giveUp = () => setTimeout(() => talk.giveUp(), created.limits.lifetimeMs + SILENCE_MARGIN_MS);
    let givesUp = giveUp();
    const onWait = (): void => {
      clearTimeout(givesUp);
      givesUp = giveUp();
    };
    const verdict = await this.#converse(talk, onWait).finally(() => clearTimeout(givesUp));
    talk.close();
    // The citizen makes the passkey meanwhile.
    this.#receipt = this.#fetchReceipt();
    const { enrolmentId, boothCertificate } = created;
    const made = await make({ enrolmentId, clientKey, verdict, boothCertificate });
    this.#tell({ stage: 'bound' });
    return { enrolmentId, made };
  }

  /** The receipt of the booth that this device spoke with; undefined when it spoke with none. */
  async receipt(): Promise<ReceiptOutcome | undefined> {
    this.#receipt ??= this.#fetchReceipt();
    const receipt = await this.#receipt;
    if (receipt !== undefined) this.#tell({ stage: 'receipt', receipt });
    return receipt;
  }

  #fetchReceipt(): Promise<ReceiptOutcome> | undefined {
    const { server, operatorKey, logKey, clock } = this.#o;
    if (this.#created === undefined || this.#clientKey === undefined || this.#boothKeyHash === undefined) return undefined;
    return fetchReceipt({ server, operatorKey, logKey, clock, enrolmentId: this.#created.enrolmentId, clientKey: this.#clientKey, boothKeyHash: this.#boothKeyHash });
  }

  /** Camera off, socket closed; and when nothing was decided, the booth is told that nothing more will come. */
  async leave(): Promise<void> {
    await this.#stopCapture();
    if (this.#talk !== undefined && !this.#decided) await this.#talk.say({ type: 'withdraw' }).catch(() => {});
    this.#talk?.close();
    if (this.#decided || this.#created === undefined || this.#clientKey === undefined) return;
    const { enrolmentId } = this.#created;
    const possession = await signPossession({ enrolmentId, action: 'withdraw', ...this.#clientKey, atMs: this.#o.clock() });
    // The server ends an enrolment whose booth is gone anyway; this only makes it prompt.
    await callServer(this.#o.server, { method: 'POST', path: `/api/enrolments/${enrolmentId}/withdraw`, body: { possession }, answer: z.undefined() });
  }

  async #create(clientKey: ClientKey): Promise<EnrolmentCreated> {
    const requestId = toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
    const body: CreateEnrolment = { requestId, clientKey: clientKey.publicKey, consent: this.#o.consent };
    const onQueued = (place: number, estimateMs: number): void => this.#tell({ stage: 'queued', waitsFor: 'booth', place, estimateMs });
    const pause = (ms: number): Promise<void> => this.#unlessAborted(new Promise((resolve) => setTimeout(resolve, ms)));
    return orRefuse(await this.#unlessAborted(awaitBooth({ server: this.#o.server, body, signal: this.#o.signal, onQueued, pause })));
  }

  async #openBooth(created: EnrolmentCreated, clientKey: ClientKey): Promise<BoothTalk> {
    const { enrolmentId, boothCertificate, boothLogged } = created;
    const certified = await verifyBoothCertificate(boothCertificate, { operatorKey: this.#o.operatorKey, enrolmentId, clientKeyThumbprint: clientKey.thumbprint, atMs: this.#o.clock() });
    if (!certified.ok) throw new Refused(toPublic(certified.fault, boothCertificateFaults));
    const logged = await verifyBoothLogged(certified.value, boothLogged, this.#o.logKey);
    if (!logged.ok) throw new Refused(toPublic(logged.fault, boothCertificateFaults));
    this.#boothKeyHash = (await boothKeyDigests(certified.value)).boothKeyHash;
    const channel = await openChannel({ enrolmentId, channelKey: fromBase64Url(certified.value.channelKey), clientKey }).catch(() => {
      // Certified, and yet no point of the curve: nothing can be sealed to it.
      throw new Refused(clientFault('BOOTH_ANSWER_INVALID'));
    });
    const url = `${this.#o.server.origin.replace(/^http/, 'ws')}/api/enrolments/${enrolmentId}/booth`;
    const socket = this.#o.server.openSocket(url);
    try {
      return await this.#unlessAborted(talkToBooth(socket, channel));
    } catch (refused) {
      socket.close();
      throw refused;
    }
  }

  /**
   * From the first word to the signed verdict.
   * @param onWait called while the booth waits for a room: its time stands still
   */
  async #converse(talk: BoothTalk, onWait: () => void): Promise<string> {
    let documentAccepted = false;
    await talk.say({ type: 'openDocument', access: this.#o.access });
    for (;;) {
      const heard = await this.#unlessAborted(talk.hear());
      switch (heard.type) {
        case 'cardCommands': {
          // A chip that never answers must not keep us from hearing that the booth gave up.
          const answers = await Promise.race([this.#relay(heard), talk.spoken()]);
          if (answers !== undefined) await talk.say({ type: 'cardAnswers', ...answers });
          break;
        }
        case 'faceQueue':
          onWait();
          this.#tell({ stage: 'queued', waitsFor: 'camera', place: heard.place, estimateMs: heard.estimateMs });
          break;
        case 'documentAccepted':
          documentAccepted = true;
          this.#tell({ stage: 'documentAccepted' });
          await this.#startCapture(talk);
          break;
        case 'captureStarted':
          // One chain for one camera that was started.
          if (!this.#cameraRuns || this.#stream !== undefined) throw new Refused(clientFault('BOOTH_ANSWER_INVALID'));
          this.#stream = streamFrames(this.#o.camera, talk, this.#o.clock, fromBase64Url(heard.nonce));
          break;
        case 'prompt':
          this.#tell({ stage: 'prompt', index: heard.index, count: heard.count, action: heard.action, timeoutMs: heard.timeoutMs });
          break;
        case 'actionSeen':
          this.#tell({ stage: 'actionSeen', index: heard.index });
          break;
        case 'screenLight':
          this.#tell({ stage: 'screenLight', rgb: heard.rgb });
          break;
        case 'hint':
          this.#tell({ stage: 'hint', hint: heard.hint });
          break;
        case 'captureComplete':
          await this.#stopCapture();
          this.#tell({ stage: 'captureComplete' });
          break;
        case 'stepFailed':
          await this.#stopCapture();
          await this.#again(talk, heard, documentAccepted);
          break;
        case 'verdict': {
          this.#decided = true;
          await this.#stopCapture();
          this.#tell({ stage: 'verdict', outcome: heard.outcome, reasons: heard.reasons });
          if (heard.outcome === 'accept') return heard.verdict;
          throw new Refused({ ...(heard.reasons[0] ?? clientFault('BOOTH_ANSWER_INVALID')), reasons: heard.reasons, decided: heard.outcome });
        }
      }
    }
  }

  async #relay(heard: Extract<BoothMessage, { type: 'cardCommands' }>): Promise<CardAnswers> {
    this.#tell({ stage: 'chip', step: heard.step, batch: heard.batch, commands: heard.commands.length });
    const batch = { batch: heard.batch, commands: heard.commands };
    return this.#unlessAborted(this.#o.chip.transmit(batch).catch((): CardAnswers => ({ batch: heard.batch, answers: [], ended: 'tagLost' })));
  }

  async #startCapture(talk: BoothTalk): Promise<void> {
    try {
      await this.#unlessAborted(this.#o.camera.start());
    } catch (failure) {
      throw failure instanceof Refused ? failure : new Refused(clientFault('CAMERA_DENIED'));
    }
    this.#cameraRuns = true;
    this.#tell({ stage: 'cameraStarted' });
    await talk.say({ type: 'startCapture', profile: this.#o.profile?.() ?? 'standard' });
  }

  async #stopCapture(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    if (!this.#cameraRuns) return;
    this.#cameraRuns = false;
    this.#o.camera.stop();
    await stream?.stop();
  }

  async #again(talk: BoothTalk, failed: Extract<BoothMessage, { type: 'stepFailed' }>, documentAccepted: boolean): Promise<void> {
    const { fault, chipSessionsLeft, scriptsLeft } = failed;
    this.#tell({ stage: 'stepFailed', fault, chipSessionsLeft, scriptsLeft });
    const left = documentAccepted ? scriptsLeft : chipSessionsLeft;
    if (left === 0) {
      // The booth has ended itself: there is nothing left to withdraw from.
      this.#decided = true;
      throw new Refused(fault);
    }
    const next = await this.#unlessAborted(this.#o.onStepFailed(fault, { chipSessions: chipSessionsLeft, scripts: scriptsLeft }));
    if (next === 'stop') throw new Refused(fault);
    if (documentAccepted) return this.#startCapture(talk);
    await talk.say({ type: 'openDocument', access: next === 'again' ? this.#o.access : next.againWith });
  }

  async bind({ enrolmentId, clientKey, verdict, boothCertificate }: Accepted): Promise<IdentityBound> {
    const path = `/api/enrolments/${enrolmentId}`;
    const { renewWith } = this.#o;
    const proof = (action: 'passkeyOptions' | 'renewalOptions') => signPossession({ enrolmentId, action, ...clientKey, atMs: this.#o.clock() });
    this.#tell({ stage: 'passkey' });
    const ask = async <S extends z.ZodType>(call: 'passkey-options' | 'renewal-options', possession: string, answer: S): Promise<z.output<S>> =>
      orRefuse(await this.#unlessAborted(callServer(this.#o.server, { method: 'POST', path: `${path}/${call}`, body: { possession }, answer, signal: this.#o.signal })));
    const how =
      renewWith === undefined
        ? { passkey: await this.#confirm('PASSKEY_NOT_CREATED', async (): Promise<Record<string, unknown>> => ({ ...(await this.#o.passkeys.create(await ask('passkey-options', await proof('passkeyOptions'), z.record(z.string(), z.unknown())))) })) }
        : { renewal: await this.#confirm('PASSKEY_NOT_USED', async (): Promise<PasskeyAnswer> => {
            const { challengeId, options } = await ask('renewal-options', await proof('renewalOptions'), passkeyChallenge);
            return { challengeId, passkey: { ...(await renewWith.get(options)) } };
          }) };
    // Over the passkey too: whoever carries this can't put another in its place.
    const possession = await signPossession({ enrolmentId, action: 'bind', ...clientKey, atMs: this.#o.clock(), over: await contentHash(how) });
    const body: BindIdentity = { possession, verdict, boothCertificate, ...how };
    return this.#untilAnswered(`${path}/identity`, body, identityBound);
  }

  async beginRecovery({ enrolmentId, clientKey, verdict, boothCertificate }: Accepted): Promise<RecoveryStarted> {
    const path = `/api/enrolments/${enrolmentId}`;
    const proof = (action: 'recoveryOptions' | 'recover', over?: string) => signPossession({ enrolmentId, action, ...clientKey, atMs: this.#o.clock(), ...(over !== undefined && { over }) });
    this.#tell({ stage: 'passkey' });
    const passkey = await this.#confirm('PASSKEY_NOT_CREATED', async (): Promise<Record<string, unknown>> => {
      const body = { possession: await proof('recoveryOptions'), verdict, boothCertificate };
      const asked = callServer(this.#o.server, { method: 'POST', path: `${path}/recovery-options`, body, answer: z.record(z.string(), z.unknown()), signal: this.#o.signal });
      return { ...(await this.#o.passkeys.create(orRefuse(await this.#unlessAborted(asked)))) };
    });
    const possession = await proof('recover', await contentHash({ passkey }));
    return this.#untilAnswered(`${path}/recovery`, { possession, verdict, boothCertificate, passkey } satisfies RecoverIdentity, recoveryStarted);
  }

  /** Asks what may safely be asked again. */
  async #untilAnswered<S extends z.ZodType>(path: string, body: object, answer: S): Promise<z.output<S>> {
    const ask = () => callServer(this.#o.server, { method: 'POST', path, body, answer });
    let answered = await ask();
    for (const waitMs of BIND_AGAIN_AFTER_MS) {
      if (answered.ok || answered.fault.retry !== 'now') break;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      answered = await ask();
    }
    // Without the server's word, "nothing was kept" would be a guess.
    if (!answered.ok && ANSWER_LOST.has(answered.fault.code)) throw new Refused(clientFault('IDENTITY_ANSWER_LOST'));
    return orRefuse(answered);
  }

  /** What the citizen confirms on their device, asked again for as long as they want to. */
  async #confirm<T extends object>(code: 'PASSKEY_NOT_CREATED' | 'PASSKEY_NOT_USED', act: () => Promise<T>): Promise<T> {
    for (;;) {
      const made = await this.#unlessAborted(
        act().catch((failure: unknown) => {
          // What the server refused is not for asking again.
          if (failure instanceof Refused) throw failure;
          return undefined;
        }),
      );
      if (made !== undefined) return made;
      const fault = clientFault(code);
      this.#tell({ stage: 'stepFailed', fault, chipSessionsLeft: 0, scriptsLeft: 0 });
      if ((await this.#unlessAborted(this.#o.onStepFailed(fault, { chipSessions: 0, scripts: 0 }))) === 'stop') throw new Refused(fault);
    }
  }

  #tell(stage: EnrolmentStage): void {
    this.#o.onProgress({ ...stage, atMs: this.#o.clock() });
  }

  async #unlessAborted<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#o;
    if (signal === undefined) return work;
    const withdrawn = () => new Refused(clientFault('ENROLMENT_WITHDRAWN'));
    let onAbort: (() => void) | undefined;
    const aborted = new Promise<never>((_resolve, reject) => {
      onAbort = () => reject(withdrawn());
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    });
    // When the abort wins, nobody is left to hear how the work ended.
    work.catch(() => {});
    try {
      return await Promise.race([work, aborted]);
    } finally {
      if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
    }
  }
}
