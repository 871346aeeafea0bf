import { beginRecovery, type Camera, enrol, type EnrolmentProgress, type NextTry, type Passkeys, type ReachedChip, type ReceiptOutcome, type RecoveryBegun } from '@visavis/client';
import type { AccessKeyMessage, CardBatch, ChallengeProfile, ClientConfiguration } from '@visavis/contract';
import type { PublicFault } from '@visavis/kernel';
import { serverNowMs } from '../browser/server-clock.ts';
import { siteServer } from '../browser/site-server.ts';
import type { OpenCamera } from '../camera/open-camera.ts';
import { texts } from '../text/texts.ts';
import type { EnrolmentEvent } from './enrolment-state.ts';
import { loadLaterSteps } from './load-later-steps.ts';

/** Often enough to help, seldom enough not to nag a screen reader. */
const FRAMING_INTERVAL_MS = 700;

/** What opens the chip, and the way to it. */
interface ReachableDocument {
  readonly access: AccessKeyMessage;
  /** Of the document that is there now; asked again when it is laid down anew. */
  readonly reach: () => ReachedChip;
}

interface CitizenAttemptOptions {
  readonly operatorKey: ClientConfiguration['operatorKey'];
  readonly logKey: string;
  /** A passkey that is there already confirms, and none is made. */
  readonly isRenewal: boolean;
  /** The devices of an identity are lost: a new passkey is made, and waits. */
  readonly isRecovery: boolean;
  /** The text that was shown. */
  readonly consent: { readonly textVersion: string; readonly language: string };
  readonly document: ReachableDocument;
  readonly profile: ChallengeProfile;
  readonly tell: (event: EnrolmentEvent) => void;
  /** What the camera sees, for the preview; undefined when it is off. */
  readonly showCamera: (stream: MediaStream | undefined) => void;
}

/**
 * One enrolment, driven by the client library, with the citizen in between: the camera starts when they press the
 * button, the script when they say they are ready, the passkey when they ask for it, a failed step again when they
 * want. The library waits for them; the sealed room's own lifetime bounds the waiting.
 */
export class CitizenAttempt {
  readonly #options: CitizenAttemptOptions;
  readonly #withdrawn = new AbortController();
  #document: ReachableDocument;
  #profile: ChallengeProfile;
  #chip: ReachedChip | undefined;
  #camera: OpenCamera | undefined;
  #cameraWasAllowed = false;
  #ready = Promise.withResolvers<void>();
  #passkeyAsked = Promise.withResolvers<void>();
  #failedStep: ((next: NextTry) => void) | undefined;
  #isOver = false;
  #framing: ReturnType<typeof setInterval> | undefined;

  constructor(options: CitizenAttemptOptions) {
    this.#options = options;
    this.#document = options.document;
    this.#profile = options.profile;
  }

  get isRenewal(): boolean {
    return this.#options.isRenewal;
  }

  /** Runs to the end; what happens is told, nothing is thrown. @returns the receipt of the sealed room, when an identity was made or a recovery begun */
  async run(): Promise<{ readonly receipt: ReceiptOutcome; readonly started?: RecoveryBegun['started'] } | undefined> {
    const { operatorKey, logKey, isRenewal, isRecovery, consent, tell } = this.#options;
    tell({ type: 'attemptStarted' });
    const asked = {
      server: siteServer,
      chip: { transmit: (batch: CardBatch) => this.#reachChip().transmit(batch) },
      camera: this.#citizenCamera(),
      passkeys: this.#citizenPasskeys(),
      access: this.#document.access,
      consent: { faceProcessing: true, identityCreation: true, ...consent } as const,
      operatorKey,
      logKey,
      clock: serverNowMs,
      profile: () => this.#profile,
      onProgress: (progress: EnrolmentProgress) => this.#progress(progress),
      onStepFailed: (fault: PublicFault, left: { readonly chipSessions: number; readonly scripts: number }) => this.#stepFailed(fault, left),
      signal: this.#withdrawn.signal,
    };
    const ended = isRecovery ? await beginRecovery(asked) : await enrol({ ...asked, ...(isRenewal && { renewWith: this.#citizenPasskeys() }) });
    this.#isOver = true;
    this.#stopCamera();
    this.#chip?.close();
    if (!ended.ok && !this.#withdrawn.signal.aborted) tell({ type: 'failed', fault: ended.fault });
    if (!ended.ok) return undefined;
    return 'started' in ended.value ? ended.value : { receipt: ended.value.receipt };
  }

  /** Has the same sealed room read the chip again, the passport laid on the reader anew. @returns false when it does not wait for that */
  readChipAgain(document: ReachableDocument): boolean {
    const failed = this.#failedStep;
    if (failed === undefined || this.#isOver || this.#cameraWasAllowed) return false;
    this.#document = document;
    this.#chip?.close();
    this.#chip = undefined;
    this.#options.tell({ type: 'chipStep', step: 'connecting' });
    this.#choose({ againWith: document.access });
    return true;
  }

  /** From the citizen's button. A camera that does not open is told as a fault; pressing again tries again. */
  async startCamera(): Promise<void> {
    if (this.#camera === undefined) {
      const opened = await (await loadLaterSteps()).openCamera();
      if (!opened.ok) {
        this.#options.tell({ type: 'stepFailed', fault: opened.fault, triesLeft: 0 });
        return;
      }
      if (this.#isOver) {
        opened.value.stop();
        return;
      }
      this.#camera = opened.value;
      this.#cameraWasAllowed = true;
      this.#options.showCamera(opened.value.stream);
    }
    this.#options.tell({ type: 'cameraRunning' });
    void this.#coachFraming();
  }

  /** Says what to change about the light until the script begins; from then on the sealed room coaches. */
  async #coachFraming(): Promise<void> {
    const { framingHint } = await loadLaterSteps();
    clearInterval(this.#framing);
    let said: string | undefined;
    this.#framing = setInterval(() => {
      const picture = this.#camera?.glance();
      if (picture === undefined) return;
      const hint = framingHint(picture);
      if (hint !== said) this.#options.tell({ type: 'hint', hint });
      said = hint;
    }, FRAMING_INTERVAL_MS);
  }

  /** After a failed capture, or a camera that did not open. */
  async captureAgain(): Promise<void> {
    if (this.#failedStep === undefined) await this.startCamera();
    else this.#choose('again');
  }

  /** Counts from the next script on. */
  chooseProfile(profile: ChallengeProfile): void {
    this.#profile = profile;
  }

  /** The citizen can't bear the light: the camera ends, the sealed room judges what it has, and another try may be another way. */
  stopLight(): void {
    this.#stopCamera();
    this.#options.tell({ type: 'captureComplete' });
  }

  /** The citizen sits well: the script may begin. */
  confirmReady(): void {
    this.#ready.resolve();
  }

  createPasskey(): void {
    this.#options.tell({ type: 'passkeyPhase', phase: 'creating' });
    this.#passkeyAsked.resolve();
    if (this.#failedStep !== undefined) this.#choose('again');
  }

  /** Consent taken back: the sealed room is told, everything here ends. */
  withdraw(): void {
    this.#withdrawn.abort();
    this.#stopCamera();
  }

  #choose(next: NextTry): void {
    const failed = this.#failedStep;
    this.#failedStep = undefined;
    failed?.(next);
  }

  #stepFailed(fault: PublicFault, left: { readonly chipSessions: number; readonly scripts: number }): Promise<NextTry> {
    const isCapture = this.#cameraWasAllowed;
    this.#options.tell({ type: 'stepFailed', fault, triesLeft: isCapture ? left.scripts : left.chipSessions });
    return new Promise((resolve) => {
      this.#failedStep = resolve;
    });
  }

  #reachChip(): ReachedChip {
    this.#chip ??= this.#document.reach();
    return this.#chip;
  }

  #stopCamera(): void {
    clearInterval(this.#framing);
    this.#camera?.stop();
    this.#camera = undefined;
    this.#options.showCamera(undefined);
  }

  #citizenCamera(): Camera {
    return {
      start: async () => {
        this.#ready = Promise.withResolvers<void>();
        this.#options.tell({ type: 'cameraWanted' });
        // Allowed once, and the citizen just asked to try again: no need to ask for the camera a second time.
        if (this.#cameraWasAllowed) await this.startCamera();
        await this.#ready.promise;
        clearInterval(this.#framing);
        this.#options.tell({ type: 'scriptStarted' });
      },
      nextFrame: async () => this.#camera?.nextFrame(),
      stop: () => this.#stopCamera(),
    };
  }

  #citizenPasskeys(): Passkeys {
    return {
      create: (options) => this.#whenAsked(async () => (await loadLaterSteps()).browserPasskeys.create(options)),
      get: (options) => this.#whenAsked(async () => (await loadLaterSteps()).browserPasskeys.get(options)),
    };
  }

  /** Browsers show their window only right after the citizen pressed a button. */
  async #whenAsked(confirm: () => Promise<object>): Promise<object> {
    await this.#passkeyAsked.promise;
    this.#passkeyAsked = Promise.withResolvers<void>();
    const confirmed = await confirm();
    this.#options.tell({ type: 'passkeyPhase', phase: 'binding' });
    return confirmed;
  }

  #progress(progress: EnrolmentProgress): void {
    const { tell } = this.#options;
    switch (progress.stage) {
      case 'queued':
        return tell({ type: 'queued', waitsFor: progress.waitsFor, place: progress.place, estimateMs: progress.estimateMs });
      case 'channelOpen':
        return tell({ type: 'chipStep', step: 'connecting' });
      case 'receipt':
        return tell({ type: 'receipt', receipt: progress.receipt });
      case 'chip':
        // A phone's own sheet covers the page.
        this.#chip?.say(texts.chip.stages[progress.step].title);
        return tell({ type: 'chipStep', step: progress.step });
      case 'documentAccepted':
        return this.#chip?.close();
      case 'prompt':
        return tell({ type: 'prompt', index: progress.index, count: progress.count, action: progress.action, timeoutMs: progress.timeoutMs });
      case 'actionSeen':
        return tell({ type: 'actionSeen', index: progress.index });
      case 'screenLight':
        return tell({ type: 'screenLight', rgb: progress.rgb });
      case 'hint':
        return tell({ type: 'hint', hint: progress.hint });
      case 'captureComplete':
        return tell({ type: 'captureComplete' });
      case 'verdict':
        return tell({ type: 'decided', outcome: progress.outcome, reasons: progress.reasons });
      // Told elsewhere: by what the library asks of the camera, the passkey and the citizen, or by its result.
      case 'created':
      case 'cameraStarted':
      case 'stepFailed':
      case 'passkey':
      case 'bound':
        return undefined;
    }
  }
}
