import type { BoothMessage, CaptureAction, CaptureHint, EnrolmentCreated, ScreenRgb } from '@visavis/contract';
import type { PublicFault } from '@visavis/kernel';
import type { AccessKey } from '../ports.ts';
import type { ReceiptOutcome } from '../receipt/fetch-receipt.ts';

/** What happens, for a screen or a stopwatch. Holds nothing personal. */
export type EnrolmentStage =
  /** All rooms are taken: told again and again until one is free. `camera`: the document was accepted, the booth waits. */
  | { readonly stage: 'queued'; readonly waitsFor: 'booth' | 'camera'; readonly place: number; readonly estimateMs: number }
  | { readonly stage: 'created'; readonly enrolmentId: string; readonly limits: EnrolmentCreated['limits'] }
  | { readonly stage: 'channelOpen' }
  | { readonly stage: 'chip'; readonly step: Extract<BoothMessage, { type: 'cardCommands' }>['step']; readonly batch: number; readonly commands: number }
  | { readonly stage: 'documentAccepted' }
  | { readonly stage: 'cameraStarted' }
  | { readonly stage: 'prompt'; readonly index: number; readonly count: number; readonly action: CaptureAction; readonly timeoutMs: number }
  | { readonly stage: 'actionSeen'; readonly index: number }
  | { readonly stage: 'screenLight'; readonly rgb: ScreenRgb | null }
  | { readonly stage: 'hint'; readonly hint: CaptureHint }
  | { readonly stage: 'captureComplete' }
  | { readonly stage: 'stepFailed'; readonly fault: PublicFault; readonly chipSessionsLeft: number; readonly scriptsLeft: number }
  | { readonly stage: 'verdict'; readonly outcome: 'accept' | 'refer' | 'reject'; readonly reasons: readonly PublicFault[] }
  | { readonly stage: 'passkey' }
  | { readonly stage: 'bound' }
  /** After everything else, whatever the outcome: what became of the sealed room. */
  | { readonly stage: 'receipt'; readonly receipt: ReceiptOutcome };

export type EnrolmentProgress = EnrolmentStage & { readonly atMs: number };

/** What the citizen chose after a step failed: that step again (with what was typed corrected), or stop. */
export type NextTry = 'again' | 'stop' | { readonly againWith: AccessKey };

/** Why no identity was made, in words. `decided` is set when a booth judged; then all its reasons are there. */
export type EnrolmentRefusal = PublicFault & { readonly reasons: readonly PublicFault[]; readonly decided?: 'refer' | 'reject'; /** Of the sealed room that this device spoke with, if it did. */ readonly receipt?: ReceiptOutcome };
