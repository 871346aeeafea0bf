import type { ReceiptOutcome } from '@visavis/client';
import type { BoothMessage, CaptureAction, CaptureHint, ChallengeProfile, ScreenRgb } from '@visavis/contract';
import type { PublicFault } from '@visavis/kernel';
import { EMPTY_FIELDS, type PassportFields } from '../passport/passport-fields.ts';

export type ChipStep = 'connecting' | Extract<BoothMessage, { type: 'cardCommands' }>['step'];

interface Prompt {
  readonly index: number;
  readonly count: number;
  readonly action: CaptureAction;
  readonly timeoutMs: number;
}

/** `asking`: the citizen has not yet started the camera; `framing`: it runs, the citizen gets ready; then the script; then the verdict is awaited. */
export type CapturePhase = 'asking' | 'framing' | 'prompting' | 'judging';

export interface DemoChip {
  readonly chipId: string;
  readonly holder: string;
}

/** A place in the line for a sealed room, or for its face check. */
export interface QueuePlace {
  readonly waitsFor: 'booth' | 'camera';
  readonly place: number;
  readonly estimateMs: number;
}

export interface EnrolmentState {
  readonly screen: 'consent' | 'passport' | 'chip' | 'camera' | 'result' | 'passkey' | 'withdrawn';
  readonly consent: { readonly faceProcessing: boolean; readonly identityCreation: boolean };
  readonly fields: PassportFields;
  /** The citizen has an identity already, which moves to the document; a passkey of theirs confirms it. */
  readonly isRenewal: boolean;
  /** Which movements the citizen can do. */
  readonly profile: ChallengeProfile;
  /** The demo passport whose chip can be reached; stays through every retry. */
  readonly demoChip?: DemoChip;
  readonly chipStep: ChipStep;
  /** Set while there is nothing to do but wait. */
  readonly queue?: QueuePlace;
  readonly capture: { readonly phase: CapturePhase; readonly prompt?: Prompt; readonly seen: number; readonly hint?: CaptureHint; /** What the screen shines in. */ readonly light?: ScreenRgb };
  readonly outcome?: { readonly outcome: 'accept' | 'refer' | 'reject'; readonly reasons: readonly PublicFault[] };
  readonly passkeyPhase: 'waiting' | 'creating' | 'binding';
  /** What stopped the step the citizen is at. */
  readonly fault?: PublicFault;
  /** The sealed room is gone: trying again means a new one, from the chip on. */
  readonly isOver: boolean;
  /** How often this step can be done again with the same sealed room. */
  readonly triesLeft?: number;
  /** What became of the sealed room, once it is gone. */
  readonly receipt?: ReceiptOutcome;
}

export type EnrolmentEvent =
  | { readonly type: 'consentGiven'; readonly which: keyof EnrolmentState['consent']; readonly given: boolean }
  | { readonly type: 'consentConfirmed' }
  | { readonly type: 'renewalChosen'; readonly isRenewal: boolean }
  | { readonly type: 'profileChosen'; readonly profile: ChallengeProfile }
  | { readonly type: 'fieldsTyped'; readonly fields: PassportFields }
  | { readonly type: 'demoPassportMade'; readonly chip: DemoChip; readonly fields: PassportFields }
  | { readonly type: 'attemptStarted' }
  | ({ readonly type: 'queued' } & QueuePlace)
  | { readonly type: 'chipStep'; readonly step: ChipStep }
  | { readonly type: 'cameraWanted' }
  | { readonly type: 'cameraRunning' }
  | { readonly type: 'scriptStarted' }
  | ({ readonly type: 'prompt' } & Prompt)
  | { readonly type: 'actionSeen'; readonly index: number }
  | { readonly type: 'screenLight'; readonly rgb: ScreenRgb | null }
  | { readonly type: 'hint'; readonly hint: CaptureHint }
  | { readonly type: 'captureComplete' }
  | { readonly type: 'stepFailed'; readonly fault: PublicFault; readonly triesLeft: number }
  | { readonly type: 'decided'; readonly outcome: 'accept' | 'refer' | 'reject'; readonly reasons: readonly PublicFault[] }
  | { readonly type: 'passkeyWanted' }
  | { readonly type: 'passkeyPhase'; readonly phase: EnrolmentState['passkeyPhase'] }
  /** The attempt ended without a decision, or after one without an identity. */
  | { readonly type: 'failed'; readonly fault: PublicFault }
  | { readonly type: 'receipt'; readonly receipt: ReceiptOutcome }
  | { readonly type: 'backToPassport' }
  | { readonly type: 'withdrawn' }
  | { readonly type: 'startedAgain' };

export const firstState: EnrolmentState = {
  screen: 'consent',
  consent: { faceProcessing: false, identityCreation: false },
  fields: EMPTY_FIELDS,
  isRenewal: false,
  profile: 'standard',
  chipStep: 'connecting',
  capture: { phase: 'asking', seen: 0 },
  passkeyPhase: 'waiting',
  isOver: false,
};

/**
 * What the citizen sees next. Pure: events come from the citizen, the enrolment client and the camera.
 * What was typed, what the citizen can't do and the demo passport outlive every failure; nothing of a capture does.
 */
export function nextState(state: EnrolmentState, event: EnrolmentEvent): EnrolmentState {
  switch (event.type) {
    case 'consentGiven':
      return { ...state, consent: { ...state.consent, [event.which]: event.given } };
    case 'consentConfirmed':
      return state.consent.faceProcessing && state.consent.identityCreation ? { ...state, screen: 'passport' } : state;
    case 'renewalChosen':
      return { ...state, isRenewal: event.isRenewal };
    case 'profileChosen':
      return { ...state, profile: event.profile };
    case 'fieldsTyped':
      return { ...state, fields: event.fields };
    case 'demoPassportMade':
      return { ...state, demoChip: event.chip, fields: event.fields };
    case 'attemptStarted':
      return { ...keptThroughRetries(state), screen: 'chip' };
    case 'queued':
      return { ...state, queue: { waitsFor: event.waitsFor, place: event.place, estimateMs: event.estimateMs } };
    case 'chipStep':
      return { ...without(state, 'fault', 'triesLeft', 'queue'), screen: 'chip', chipStep: event.step };
    case 'cameraWanted':
      return { ...without(state, 'fault', 'triesLeft', 'queue'), screen: 'camera', capture: { phase: 'asking', seen: 0 } };
    case 'cameraRunning':
      return { ...without(state, 'fault'), capture: { phase: 'framing', seen: 0 } };
    case 'scriptStarted':
      return { ...without(state, 'fault', 'triesLeft'), screen: 'camera', capture: { phase: 'prompting', seen: 0 } };
    case 'prompt':
      return {
        ...without(state, 'fault', 'triesLeft'),
        screen: 'camera',
        capture: { phase: 'prompting', seen: Math.max(state.capture.seen, event.index), prompt: { index: event.index, count: event.count, action: event.action, timeoutMs: event.timeoutMs }, ...(state.capture.hint !== undefined && { hint: state.capture.hint }) },
      };
    case 'actionSeen':
      return { ...state, capture: { ...state.capture, seen: Math.max(state.capture.seen, event.index + 1) } };
    case 'screenLight': {
      // What is still on its way after the citizen stopped the light must not switch it on again.
      if (state.capture.phase !== 'prompting') return state;
      const { light: _, ...capture } = state.capture;
      return { ...state, capture: event.rgb === null ? capture : { ...capture, light: event.rgb } };
    }
    case 'hint':
      return { ...state, capture: { ...state.capture, hint: event.hint } };
    case 'captureComplete':
      return { ...state, capture: { phase: 'judging', seen: state.capture.prompt?.count ?? state.capture.seen } };
    case 'stepFailed':
      return { ...without(state, 'queue'), fault: event.fault, passkeyPhase: 'waiting', triesLeft: event.triesLeft };
    case 'decided':
      return { ...without(state, 'fault', 'triesLeft', 'queue'), screen: 'result', outcome: { outcome: event.outcome, reasons: event.reasons } };
    case 'passkeyWanted':
      return { ...without(state, 'fault'), screen: 'passkey', passkeyPhase: 'waiting' };
    case 'passkeyPhase':
      return { ...without(state, 'fault'), passkeyPhase: event.phase };
    case 'failed':
      // A decision already made is shown as the decision, with its own reasons.
      if (state.outcome !== undefined && state.outcome.outcome !== 'accept') return state;
      return { ...without(state, 'triesLeft', 'queue'), screen: state.screen === 'result' ? 'passkey' : state.screen, fault: event.fault, passkeyPhase: 'waiting', isOver: true };
    case 'receipt':
      return { ...state, receipt: event.receipt };
    case 'backToPassport':
      return { ...keptThroughRetries(state), screen: 'passport' };
    case 'withdrawn':
      return { ...firstState, screen: 'withdrawn' };
    case 'startedAgain':
      return firstState;
    default:
      return event satisfies never;
  }
}

function keptThroughRetries(state: EnrolmentState): EnrolmentState {
  return { ...firstState, consent: state.consent, fields: state.fields, isRenewal: state.isRenewal, profile: state.profile, ...(state.demoChip !== undefined && { demoChip: state.demoChip }) };
}

function without(state: EnrolmentState, ...keys: readonly ('fault' | 'triesLeft' | 'queue')[]): EnrolmentState {
  const rest: { -readonly [P in keyof EnrolmentState]: EnrolmentState[P] } = { ...state };
  for (const key of keys) delete rest[key];
  return rest;
}
