import { advanceFrameChain, type BoothMessage, type ChallengeProfile, type ClientMessage, FRAME_CHAIN_BYTES, type FromChipCell, type FromFaceCell, signVerdict, type ToChipCell, type ToFaceCell, type VerdictClaims } from '@visavis/contract';
import type { AuthenticDocument, AuthenticityReport, DocumentReading, TerminalAnswers, TerminalBatch, TrustStore, ReadDocumentOptions } from '@visavis/emrtd';
import { type CheckOutcome, type Clock, failed, type Fault, type FaultCatalogue, type FaultEntry, fromHex, notRun, type RandomBytes, type Result, toBase64Url, toHex, toPublic } from '@visavis/kernel';
import { wipe } from '../cell/wipe.ts';
import { type BoothChannel, openChannel } from '../channel/open-channel.ts';
import { checkDocument, type DocumentStatus } from '../decision/check-document.ts';
import { decide, type Decision, type Reports } from '../decision/decide.ts';
import type { DecisionPolicy } from '../decision/decision-policy.ts';
import { mayBeOldPortrait } from '../decision/may-be-old-portrait.ts';
import { boothFaults } from '../faults.ts';
import { advance, type SessionEvent, type SessionState, startSession } from '../session/session.ts';
import { readFaceChecks } from './read-face-checks.ts';

/** A verdict is used at once; this leaves time to make a passkey, and for a second try at it. */
const VERDICT_LIFETIME_S = 15 * 60;
/** The device paces its frames at 10–15 a second. More than this over the longest time that its script can take is no camera. */
const MAX_FRAMES_PER_SECOND = 15;
/** A device that stops sending is judged on what it sent, this long after its script's last deadline. */
const CAPTURE_SLACK_MS = 15_000;

type Script = Extract<ToFaceCell, { type: 'script' }>['steps'];

/** The rooms that this cell wires, as it uses them. */
export interface Rooms {
  readonly openTrustStore: (o: { cscaCertificates: readonly Uint8Array[]; crls: readonly Uint8Array[] }) => Result<TrustStore>;
  readonly readDocument: (o: ReadDocumentOptions) => Generator<TerminalBatch, Result<DocumentReading>, TerminalAnswers>;
  readonly verifyAuthenticity: (o: { reading: DocumentReading; trustStore: TrustStore; atMs: number }) => AuthenticityReport;
  readonly drawScript: (random: RandomBytes, profile: ChallengeProfile) => readonly Script[number][];
  /** What a citizen may take to come back to rest after each step of a script. */
  readonly returnTimeoutMs: number;
  readonly facePolicyVersion: string;
  readonly decisionPolicy: DecisionPolicy;
  /** The refusals that a face cell may name, and FACE_FRAME_CHAIN_BROKEN, which is seen here. */
  readonly faceFaults: FaultCatalogue<string>;
  readonly catalogues: readonly FaultCatalogue<string>[];
}

/** The edges of this cell. */
export interface Ports {
  readonly tellParent: (message: FromChipCell, tail?: Uint8Array) => void;
  /** Takes a copy; kept until the private stream is there. */
  readonly tellFaceCell: (message: ToFaceCell, tail?: Uint8Array) => void;
  /** Runs `then` among the inputs, in turn. */
  readonly after: (delayMs: number, then: () => Promise<void>) => void;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

export interface Birth {
  readonly start: Extract<ToChipCell, { type: 'start' }>;
  readonly channelKeys: CryptoKeyPair;
  /** The public half, an uncompressed point. */
  readonly channelKey: Uint8Array;
  readonly verdictKey: CryptoKey;
}

/**
 * One enrolment inside the chip cell: takes what arrives, one thing at a time, and walks chip → authenticity →
 * document checks → face → decision → signed verdict. Inputs must not overlap: the caller queues them.
 */
export class Enrolment {
  readonly #birth: Birth;
  readonly #ports: Ports;
  readonly #rooms: Rooms;
  readonly #trustStore: TrustStore;
  #state: SessionState;
  #channel: BoothChannel | undefined;
  #terminal: Generator<TerminalBatch, Result<DocumentReading>, TerminalAnswers> | undefined;
  #batch = -1;
  #step: TerminalBatch['step'] | undefined;
  #document: AuthenticDocument | undefined;
  #authenticity: Reports['authenticity'];
  #documentChecks: readonly CheckOutcome[] | undefined;
  #accepted = false;
  #captureStartedMs = 0;
  /** What kind of personal data has come here, each told once: the erasure receipt names it. */
  readonly #arrived = new Set<string>();
  /** Of the script that is drawn next. Goes to the face cell and nowhere else: no verdict, event or receipt names it. */
  #profile: ChallengeProfile = 'standard';
  #framesLeft = 0;
  /** The last link of the frames that came, to begin with the nonce. */
  #frameChain = new Uint8Array(FRAME_CHAIN_BYTES);
  #script = 0;

  constructor(birth: Birth, trustStore: TrustStore, ports: Ports, rooms: Rooms) {
    this.#birth = birth;
    this.#trustStore = trustStore;
    this.#ports = ports;
    this.#rooms = rooms;
    this.#state = startSession(birth.start.limits);
  }

  /** What arrived on the device's socket. */
  async onClient(bytes: Uint8Array, text: boolean): Promise<void> {
    if (this.#state.phase === 'ended') return;
    if (this.#channel === undefined) {
      if (!text) return this.#fail(boothFaults.fault('BOOTH_HELLO_INVALID', { reason: 'not text' }));
      const { enrolmentId, clientKeyThumbprint } = this.#birth.start;
      const opened = await openChannel(new TextDecoder().decode(bytes), { enrolmentId, clientKeyThumbprint, channelKeys: this.#birth.channelKeys, channelKey: this.#birth.channelKey });
      if (!opened.ok) return this.#fail(opened.fault);
      this.#channel = opened.value;
      this.#advance('hello');
      return;
    }
    if (text) return this.#fail(boothFaults.fault('BOOTH_CHANNEL_MALFORMED', { reason: 'text' }));
    const opened = await this.#channel.open(bytes);
    if (!opened.ok) return this.#fail(opened.fault);
    await this.#onMessage(opened.value.message, opened.value.tail);
    wipe(opened.value.tail);
  }

  /** What the state's register said of this document. */
  async onDocumentStatus(status: DocumentStatus): Promise<void> {
    if (this.#state.phase !== 'checkingDocument' || this.#document === undefined) return;
    const { person, document } = this.#document;
    this.#documentChecks = checkDocument({ policy: this.#rooms.decisionPolicy, person, document, status, atMs: this.#ports.clock() });
    if (this.#documentChecks.some((check) => check.status !== 'pass')) return this.#conclude(this.#decide(undefined));
    this.#advance('documentAccepted');
    this.#ports.tellParent({ type: 'needFaceCell' });
    const { portrait } = this.#document;
    this.#tellArrived('portrait.handed');
    this.#ports.tellFaceCell({ type: 'portrait', mediaType: portrait.mediaType }, portrait.bytes);
    wipe(portrait.bytes);
  }

  /** All rooms for the camera step are taken. */
  async onFaceQueue(place: number, estimateMs: number): Promise<void> {
    if (this.#state.phase === 'awaitingPortrait') await this.#say({ type: 'faceQueue', place, estimateMs });
  }

  /** Said only now: a camera that runs while its owner waits in a queue sees more than anybody needs. */
  async onFaceCellGiven(): Promise<void> {
    // A quick face cell may have looked at the portrait before this is heard.
    const { phase } = this.#state;
    if (this.#accepted || (phase !== 'awaitingPortrait' && phase !== 'awaitingCapture')) return;
    this.#accepted = true;
    await this.#say({ type: 'documentAccepted' });
  }

  async onNoFaceCell(): Promise<void> {
    await this.#fail(boothFaults.fault('BOOTH_FACE_ROOM_BUSY'));
  }

  /** What the face cell said: it holds strangers' images and is believed only as far as its closed messages go. */
  async onFaceCell(message: FromFaceCell): Promise<void> {
    switch (message.type) {
      case 'portraitReady':
        if (message.check.status !== 'pass') return this.#conclude(this.#decide(this.#faceReport(this.#rooms.facePolicyVersion, [message.check])));
        // Said a second time it changes nothing: a running script is not drawn anew.
        if (!this.#advance('portraitReady')) return;
        if (this.#state.phase === 'capturing') await this.#beginScript();
        return;
      case 'prompt':
      case 'actionSeen':
      case 'screenLight':
      case 'hint':
        if (this.#state.phase === 'capturing') await this.#say(message);
        return;
      case 'captureComplete':
        if (this.#state.phase !== 'capturing') return;
        this.#advance('captureComplete');
        this.#ports.tellFaceCell({ type: 'endOfStream' });
        await this.#say(message);
        return;
      case 'report':
        if (this.#state.phase === 'judging') await this.#judge(message);
        return;
    }
  }

  async #onMessage(message: ClientMessage, tail: Uint8Array): Promise<void> {
    const before = this.#state.phase;
    // Also one that comes at the wrong moment was opened here.
    if (message.type === 'frame') this.#tellArrived('frame.arrived');
    if (!this.#advance(message.type)) return this.#fail(boothFaults.fault('BOOTH_MESSAGE_UNEXPECTED', { message: message.type, phase: before }));
    switch (message.type) {
      case 'openDocument':
        this.#event('chip.started');
        this.#terminal = this.#rooms.readDocument({ access: message.access, random: this.#ports.random, optionalDataGroups: [], clock: this.#ports.clock });
        return this.#walkTerminal(undefined);
      case 'cardAnswers':
        if (message.batch !== this.#batch) return this.#fail(boothFaults.fault('BOOTH_MESSAGE_UNEXPECTED', { message: 'another batch' }));
        // A reading that breaks off counts as a whole: which file its last answers belong to is not told apart here.
        if (this.#step === 'reading') this.#tellArrived('document.arrived');
        return this.#walkTerminal({ answers: message.answers.map(fromHex), ended: message.ended });
      case 'startCapture':
        this.#event('capture.started');
        this.#profile = message.profile;
        if (this.#state.phase === 'capturing') await this.#beginScript();
        return;
      case 'frame':
        // Frames on their way before a script began or after it ended are nobody's.
        if (this.#state.phase !== 'capturing') return;
        if (this.#framesLeft === 0) return this.#fail(boothFaults.fault('BOOTH_TOO_MUCH_SENT', { what: 'frames' }));
        this.#framesLeft -= 1;
        return this.#takeFrame(message, tail);
      case 'endCapture':
        if (before === 'capturing') this.#ports.tellFaceCell({ type: 'endOfStream' });
        return;
      case 'withdraw':
        this.#end('withdrawn', []);
        return;
    }
  }

  async #walkTerminal(answers: TerminalAnswers | undefined): Promise<void> {
    const terminal = this.#terminal;
    if (terminal === undefined) return;
    // The first `next` of a generator takes no value.
    const step = answers === undefined ? terminal.next(undefined as never) : terminal.next(answers);
    if (step.done !== true) {
      this.#batch += 1;
      this.#step = step.value.step;
      const commands = step.value.commands.map((command) => ({ apdu: toHex(command.apdu), accept: [...command.accept] }));
      await this.#say({ type: 'cardCommands', batch: this.#batch, step: step.value.step, commands });
      return;
    }
    this.#terminal = undefined;
    if (!step.value.ok) return this.#chipFailed(step.value.fault, [failed('chip.read', step.value.fault.code)]);
    this.#event('chip.read');
    this.#advance('chipRead');
    const reading = step.value.value;
    const report = this.#rooms.verifyAuthenticity({ reading, trustStore: this.#trustStore, atMs: this.#ports.clock() });
    // The document has its own copies of the little that is still needed.
    wipe(reading);
    if (!report.result.ok) {
      const { fault } = report.result;
      const told = report.checks.some((check) => check.status === 'fail' && check.code === fault.code);
      return this.#chipFailed(fault, told ? report.checks : [...report.checks, failed('authenticity', fault.code)]);
    }
    this.#event('chip.authentic');
    this.#document = report.result.value;
    const { chipProof, downgraded } = this.#document;
    this.#authenticity = { checks: report.checks, verified: { chipProof, downgraded } };
    // Ruled here: a face that cannot lead to an identity is not looked at.
    if (downgraded) return this.#conclude(this.#decide(undefined));
    const { issuingState, documentNumber } = this.#document.document;
    this.#ports.tellParent({ type: 'askDocumentStatus', document: { issuingState, documentNumber } });
  }

  /** A chip session that led to no genuine document: again while the citizen can do something about it, else a verdict. */
  async #chipFailed(fault: Fault, checks: readonly CheckOutcome[]): Promise<void> {
    this.#event('chip.failed', fault.code);
    const retryable = fault.retry === 'now' || fault.retry === 'user';
    if (retryable && this.#state.chipSessionsLeft > 0) {
      this.#advance('chipFailed');
      return this.#sayStepFailed(fault);
    }
    this.#authenticity = { checks, verified: undefined };
    await this.#conclude(this.#decide(undefined, retryable ? 'DECISION_CHIP_SESSIONS_EXHAUSTED' : undefined));
  }

  async #beginScript(): Promise<void> {
    this.#script += 1;
    const script = this.#script;
    const steps = this.#rooms.drawScript(this.#ports.random, this.#profile);
    const longestMs = steps.reduce((sum, step) => sum + step.pauseMs + step.timeoutMs + this.#rooms.returnTimeoutMs, CAPTURE_SLACK_MS);
    this.#framesLeft = Math.ceil((longestMs / 1000) * MAX_FRAMES_PER_SECOND);
    this.#frameChain.set(this.#ports.random(FRAME_CHAIN_BYTES));
    this.#captureStartedMs = this.#ports.clock();
    await this.#say({ type: 'captureStarted', nonce: toBase64Url(this.#frameChain) });
    this.#ports.tellFaceCell({ type: 'script', profile: this.#profile, steps: [...steps] });
    this.#ports.after(longestMs, async () => {
      if (this.#script !== script || this.#state.phase !== 'capturing') return;
      this.#advance('endCapture');
      this.#ports.tellFaceCell({ type: 'endOfStream' });
    });
  }

  async #takeFrame(frame: Extract<ClientMessage, { type: 'frame' }>, jpeg: Uint8Array): Promise<void> {
    this.#frameChain = await advanceFrameChain(this.#frameChain, frame, jpeg);
    if (frame.chain !== toBase64Url(this.#frameChain)) return this.#fail(this.#rooms.faceFaults.fault('FACE_FRAME_CHAIN_BROKEN'));
    this.#ports.tellFaceCell({ type: 'frame', index: frame.index, capturedAtMs: frame.capturedAtMs, receivedAtMs: this.#ports.clock() - this.#captureStartedMs }, jpeg);
  }

  /** The face report of one script: again while the citizen can do something about every reason, else a verdict. */
  async #judge(report: Extract<FromFaceCell, { type: 'report' }>): Promise<void> {
    this.#event('face.reported');
    const face = this.#faceReport(report.policyVersion, report.checks);
    const decision = this.#decide(face);
    if (decision.outcome === 'accept') return this.#conclude(decision);
    const retryable = decision.reasons.every((code) => this.#entryOf(code)?.retry === 'user' || this.#entryOf(code)?.retry === 'now');
    if (!retryable) return this.#conclude(decision);
    if (this.#state.scriptsLeft === 0) return this.#conclude(this.#decide(face, 'DECISION_SCRIPTS_EXHAUSTED'));
    this.#advance('captureFailed');
    const code = decision.reasons[0]!;
    const entry = this.#entryOf(code)!;
    this.#event('capture.failed', code);
    await this.#sayStepFailed({ code, stage: entry.stage, retry: entry.retry, detail: {} });
  }

  /** A report that says what no report of this policy says was made under other rules: none of it counts. */
  #faceReport(policyVersion: string, said: readonly CheckOutcome[]): Reports['face'] {
    const { requiredFaceChecks, profileFaceChecks, operatorFaceChecks } = this.#rooms.decisionPolicy;
    const checks = readFaceChecks(said, { checks: [...requiredFaceChecks, ...profileFaceChecks, ...operatorFaceChecks], faults: this.#rooms.faceFaults });
    if (checks === undefined || policyVersion !== this.#rooms.facePolicyVersion) return { policyVersion: undefined, checks: [] };
    // Whether a check of some profiles only was run would tell which one this was: only a failure of it is told.
    const told = checks.filter(({ check, status }) => status === 'fail' || requiredFaceChecks.includes(check));
    // Said here: a face cell that claims a check for which it has no network is not believed.
    const withoutNetwork = operatorFaceChecks.filter((check) => !told.some((outcome) => outcome.check === check)).map((check) => notRun(check, 'noNetwork'));
    return { policyVersion, checks: [...told, ...withoutNetwork] };
  }

  /** The face cell is not told: it compares, and has no use for a date. DG12 is not asked for, so the day of issue is not known. */
  #mayBeOldPortrait(): boolean {
    const dateOfExpiry = this.#document?.document.dateOfExpiry;
    if (dateOfExpiry === undefined) return false;
    return mayBeOldPortrait({ dateOfIssue: undefined, dateOfExpiry, oldPortraitYears: this.#rooms.decisionPolicy.oldPortraitYears, atMs: this.#ports.clock() });
  }

  #decide(face: Reports['face'], exhausted?: 'DECISION_CHIP_SESSIONS_EXHAUSTED' | 'DECISION_SCRIPTS_EXHAUSTED'): Decision {
    return decide({
      policy: this.#rooms.decisionPolicy,
      facePolicyVersion: this.#rooms.facePolicyVersion,
      reports: { authenticity: this.#authenticity, document: this.#documentChecks, face },
      mayBeOldPortrait: this.#mayBeOldPortrait(),
      entryOf: (code) => this.#entryOf(code),
      exhausted,
    });
  }

  async #conclude(decision: Decision): Promise<void> {
    if (!this.#advance('verdict')) return;
    const { enrolmentId, clientKeyThumbprint, consentId } = this.#birth.start;
    const iat = Math.floor(this.#ports.clock() / 1000);
    const common = {
      enrolmentId,
      clientKeyThumbprint,
      consentId,
      pathway: 'face' as const,
      policyVersion: `${this.#rooms.decisionPolicy.version}+${this.#rooms.facePolicyVersion}`,
      checks: [...decision.checks],
      iat,
      exp: iat + VERDICT_LIFETIME_S,
    };
    const codes = decision.outcome === 'accept' ? [] : decision.reasons;
    const document = this.#document;
    let claims: VerdictClaims;
    if (decision.outcome === 'accept') {
      if (document === undefined) throw new TypeError('accepted without a document');
      claims = { ...common, outcome: 'accept', levelOfAssurance: decision.levelOfAssurance, person: { ...document.person }, document: { ...document.document } };
    } else {
      claims = { ...common, outcome: decision.outcome, reasons: [...codes] };
    }
    const verdict = await signVerdict(claims, this.#birth.verdictKey);
    const reasons = codes.map((code) => toPublic({ code, stage: 'decision', retry: 'never', detail: {} }, ...this.#rooms.catalogues));
    await this.#say({ type: 'verdict', outcome: decision.outcome, reasons, verdict });
    this.#end(decision.outcome, codes);
  }

  /** The attempt is over, unjudged. The device is told if a channel to it is open. */
  async #fail(fault: Fault): Promise<void> {
    if (!this.#advance('fail')) return;
    this.#state = { ...this.#state, chipSessionsLeft: 0, scriptsLeft: 0 };
    if (this.#channel !== undefined) await this.#sayStepFailed(fault);
    this.#end('failed', [fault.code]);
  }

  #end(outcome: Extract<FromChipCell, { type: 'ended' }>['outcome'], codes: readonly string[]): void {
    wipe(this.#document);
    this.#document = undefined;
    this.#channel?.forget();
    this.#channel = undefined;
    this.#terminal = undefined;
    this.#ports.tellParent({ type: 'ended', outcome, codes: [...codes] });
  }

  async #sayStepFailed(fault: Fault): Promise<void> {
    const { chipSessionsLeft, scriptsLeft } = this.#state;
    await this.#say({ type: 'stepFailed', fault: toPublic(fault, ...this.#rooms.catalogues), chipSessionsLeft, scriptsLeft });
  }

  async #say(message: BoothMessage): Promise<void> {
    if (this.#channel !== undefined) this.#ports.tellParent({ type: 'client' }, await this.#channel.seal(message));
  }

  #entryOf(code: string): FaultEntry | undefined {
    return this.#rooms.catalogues.find((catalogue) => catalogue.has(code))?.entries[code];
  }

  #tellArrived(event: 'document.arrived' | 'portrait.handed' | 'frame.arrived'): void {
    if (this.#arrived.has(event)) return;
    this.#arrived.add(event);
    this.#event(event);
  }

  #event(event: string, code?: string): void {
    this.#ports.tellParent({ type: 'event', event, code });
  }

  #advance(event: SessionEvent): boolean {
    const next = advance(this.#state, event);
    if (next === undefined) return false;
    this.#state = next;
    return true;
  }
}
