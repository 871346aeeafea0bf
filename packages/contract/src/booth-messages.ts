import { z } from 'zod';
import { cardAnswers, cardBatch } from './card.ts';
import { base64Url, compactJws, p256PublicJwk, publicFault, sha256 } from './primitives.ts';

/** Longest plaintext of one sealed message: a 640×480 JPEG of highest quality, or a batch of extended APDUs. */
export const MAX_MESSAGE_BYTES = 512 * 1024;
/** A capture frame; phones send 30–90 kB. */
export const MAX_FRAME_BYTES = 400 * 1024;

/** What opens a chip (ICAO 9303-11 §4): the three MRZ fields, or the card access number. */
export const accessKey = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('mrz'),
    /** As printed, fillers and check digits left out. */
    documentNumber: z.string().regex(/^[A-Z0-9]{1,22}$/),
    /** YYMMDD */
    dateOfBirth: z.string().regex(/^[0-9]{6}$/),
    /** YYMMDD */
    dateOfExpiry: z.string().regex(/^[0-9]{6}$/),
  }),
  z.strictObject({ kind: z.literal('can'), can: z.string().regex(/^[0-9]{6}$/) }),
]);
export type AccessKeyMessage = z.infer<typeof accessKey>;

/** The only message in clear, and the first on the socket: who opens the channel, to which booth key. */
export const hello = z.strictObject({
  version: z.literal(1),
  /** HPKE encapsulated key: an uncompressed P-256 point. */
  enc: base64Url(65),
  clientKey: p256PublicJwk,
  /** ECDSA P-256/SHA-256, r‖s, by `clientKey` over {@link helloSignatureInput}. */
  signature: base64Url(64),
});
export type Hello = z.infer<typeof hello>;

/** Which movements a citizen is asked for: who cannot do some is asked for others instead, guessed as rarely. Says something about a person's health: stays in the booth. */
export const challengeProfile = z.enum(['standard', 'withoutLight', 'withoutExpressions', 'withoutNodding']);
export type ChallengeProfile = z.infer<typeof challengeProfile>;

/** Citizen's device → booth, sealed. A `frame` carries its JPEG as the message's binary tail. */
export const clientMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('openDocument'), access: accessKey }),
  cardAnswers.extend({ type: z.literal('cardAnswers') }),
  /** The camera runs and the citizen is ready: draw a script. */
  z.strictObject({ type: z.literal('startCapture'), profile: challengeProfile }),
  z.strictObject({
    type: z.literal('frame'),
    index: z.int().min(0).max(10_000),
    /** Since `captureStarted`, by the device's clock. */
    capturedAtMs: z.number().min(0).max(600_000),
    /** {@link advanceFrameChain} over this frame and all before it, from the nonce on. */
    chain: sha256,
  }),
  /** The citizen stops, or the camera is gone. */
  z.strictObject({ type: z.literal('endCapture') }),
  /** Consent withdrawn: everything ends here, unjudged. */
  z.strictObject({ type: z.literal('withdraw') }),
]);
export type ClientMessage = z.infer<typeof clientMessage>;

/** What the citizen is asked to do, from the citizen's own point of view (their left is their left). */
export const captureAction = z.enum(['lookAhead', 'turnLeft', 'turnRight', 'lookUp', 'lookDown', 'smile', 'blink', 'openMouth', 'watchScreen']);
export type CaptureAction = z.infer<typeof captureAction>;

/** A colour of the screen, red, green and blue as displayed (sRGB). */
export const screenRgb = z.tuple([z.int().min(0).max(255), z.int().min(0).max(255), z.int().min(0).max(255)]).readonly();
export type ScreenRgb = z.infer<typeof screenRgb>;

/** Coaching, not judging: what to change so that the camera sees well. */
export const captureHint = z.enum(['ok', 'noFace', 'manyFaces', 'tooFar', 'tooClose', 'offCentre', 'tooDark', 'tooBright', 'blurred', 'lookAhead', 'turnMore', 'eyesClosed', 'covered', 'relaxFace', 'unevenLight', 'lowContrast']);
export type CaptureHint = z.infer<typeof captureHint>;

/** Booth → citizen's device, sealed. */
export const boothMessage = z.discriminatedUnion('type', [
  cardBatch.extend({ type: z.literal('cardCommands'), step: z.enum(['access', 'reading', 'authenticity']) }),
  /** The document may be used and all rooms for the camera step are taken: told again whenever the place or the estimate changes. The booth's time stands still. */
  z.strictObject({ type: z.literal('faceQueue'), place: z.int().min(1), estimateMs: z.int().min(0) }),
  /** The chip proved genuine, the document may be used and a face cell is attached: the camera may start. */
  z.strictObject({ type: z.literal('documentAccepted') }),
  /** A script is drawn and frames are taken from now on, chained to this nonce: none can have been made ready before. Always ahead of the first prompt. */
  z.strictObject({ type: z.literal('captureStarted'), nonce: sha256 }),
  /** The next action of the script, revealed only now. */
  z.strictObject({ type: z.literal('prompt'), index: z.int().min(0), count: z.int().min(1), action: captureAction, timeoutMs: z.int().positive() }),
  z.strictObject({ type: z.literal('actionSeen'), index: z.int().min(0) }),
  /** Fill the screen with this light now; null: the page as it is. Secret until it shines, like a prompt. */
  z.strictObject({ type: z.literal('screenLight'), rgb: screenRgb.nullable() }),
  z.strictObject({ type: z.literal('hint'), hint: captureHint }),
  /** Enough frames: the device can switch the camera off. */
  z.strictObject({ type: z.literal('captureComplete') }),
  /** A step failed; the booth lives and the citizen may do that step again if the count is above zero. */
  z.strictObject({ type: z.literal('stepFailed'), fault: publicFault, chipSessionsLeft: z.int().min(0), scriptsLeft: z.int().min(0) }),
  /** The end: what was decided. `verdict` is the signed verdict; the booth dies after sending this. */
  z.strictObject({ type: z.literal('verdict'), outcome: z.enum(['accept', 'refer', 'reject']), reasons: z.array(publicFault).max(32), verdict: compactJws }),
]);
export type BoothMessage = z.infer<typeof boothMessage>;
