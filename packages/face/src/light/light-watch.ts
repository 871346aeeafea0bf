import type { FaceFaultCode } from '../faults.ts';
import type { FaceEvent, ScriptStep } from '../liveness/actions.ts';
import type { StreamClock } from '../liveness/stream-clock.ts';
import type { FacePolicy } from '../policy/face-policy.ts';
import { decodeLight } from './decode-light.ts';
import { bitsOf, type ChannelBits } from './light-code.ts';

/** Below this the symbols do not stand out of the noise within each of them. */
const MIN_CONTRAST = 6;

/**
 * Shines a code, one colour after the other, and holds what the face sends back against it. The colours follow frames,
 * so none is shorter than its time, however slowly the frames come.
 * A face that answers was lit by a screen that showed this code at this time. Does not tell a face from a print, a mask or
 * the glass of a display, which send light back as well, nor from a picture to which somebody adds the light live.
 */
export class LightWatch {
  readonly #light: NonNullable<ScriptStep['light']>;
  readonly #policy: FacePolicy;
  readonly #startAtMs: number;
  readonly #sentAtMs: number[] = [];
  readonly #readings: { readonly capturedAtMs: number; readonly skin: readonly [number, number, number] }[] = [];

  /** @param o.startAtMs by the booth's clock */
  constructor(o: { readonly light: NonNullable<ScriptStep['light']>; readonly policy: FacePolicy; readonly startAtMs: number }) {
    this.#light = o.light;
    this.#policy = o.policy;
    this.#startAtMs = o.startAtMs;
  }

  get shining(): boolean {
    return this.#sentAtMs.length > 0 && this.#sentAtMs.length <= this.#light.colours.length;
  }

  /**
   * @param frame.skin undefined when the face is not where its light can be read
   * @returns what to shine now, if that changes; or, when all was shone and had time to come back, what became of it
   */
  see(frame: { readonly capturedAtMs: number; readonly receivedAtMs: number; readonly skin: readonly [number, number, number] | undefined }, clock: StreamClock): { readonly events: readonly FaceEvent[]; readonly outcome?: 'seen' | FaceFaultCode } {
    const { colours, symbolMs } = this.#light;
    if (frame.skin !== undefined && this.#sentAtMs.length > 0) this.#readings.push({ capturedAtMs: frame.capturedAtMs, skin: frame.skin });
    const sent = this.#sentAtMs.length;
    const dueMs = this.#sentAtMs.at(-1) === undefined ? this.#startAtMs : this.#sentAtMs.at(-1)! + symbolMs;
    if (sent <= colours.length) {
      if (frame.receivedAtMs < dueMs) return { events: [] };
      this.#sentAtMs.push(frame.receivedAtMs);
      return { events: [{ type: 'screenLight', rgb: colours[sent] ?? null }] };
    }
    if (clock.takenAt(frame.capturedAtMs) < this.#sentAtMs.at(-1)! + this.#policy.script.maxLightLagMs.value) return { events: [] };
    return { events: [], outcome: this.#judge(clock) };
  }

  #judge(clock: StreamClock): 'seen' | FaceFaultCode {
    const { script, thresholds } = this.#policy;
    const readings = this.#readings.map(({ capturedAtMs, skin }) => ({ atMs: clock.takenAt(capturedAtMs), skin }));
    const decoded = decodeLight({ sentAtMs: this.#sentAtMs, readings, maxLagMs: script.maxLightLagMs.value });
    const [likeliest] = decoded;
    if (likeliest === undefined) return 'FACE_TOO_FEW_FRAMES';
    if (decoded.some(({ symbols }) => this.#right(symbols) >= script.minLightSymbolsRight.value)) return 'seen';
    return likeliest.response >= thresholds.lightResponse.value && likeliest.contrast >= MIN_CONTRAST ? 'FACE_LIGHT_WRONG' : 'FACE_LIGHT_NOT_SEEN';
  }

  #right(symbols: readonly ChannelBits[]): number {
    return this.#light.colours.filter((colour, i) => bitsOf(colour).every((bit, channel) => bit === symbols[i]![channel])).length;
  }
}
