/** From a booth's birth to its device's connection: the device connects as soon as it has the answer. */
const ABSENT_MS = 15_000;
/** From the connection to the first message, the hello, which the device sends at once. */
const HELLO_MS = 10_000;
/** While the citizen has something to do: lay the passport on the reader, correct what was typed, allow the camera, get ready before it. Slow hands and screen readers included. */
const CITIZEN_MS = 120_000;
/** While the camera streams ten frames a second, or the booth judges them: nothing for so long is a device that stalled. */
const CAMERA_MS = 30_000;

/** Who is to say something next. */
type Phase = 'absent' | 'connected' | 'citizen' | 'camera';
const SILENCE_MS: Readonly<Record<Phase, number>> = { absent: ABSENT_MS, connected: HELLO_MS, citizen: CITIZEN_MS, camera: CAMERA_MS };

/** The clocks of one booth, kept outside of it. */
export interface BoothDeadlines {
  /** Its keys are there: from now on the device may connect. */
  born(): void;
  /** A socket is there. */
  connected(): void;
  /** The device sent something. */
  heard(): void;
  /** Frames are expected from now on, or not any more. */
  camera(runs: boolean): void;
  /** Runs while the citizen waits for us: all clocks stand still. @returns what was promised */
  whileWaiting<T>(promised: Promise<T>): Promise<T>;
  stop(): void;
}

/**
 * Ends what was opened and abandoned, and what stalls in the middle, long before the whole time is over.
 * @param o.lifetimeMs the whole time that an enrolment has
 */
export function createBoothDeadlines(o: { readonly lifetimeMs: number; readonly onTimeOut: () => void; readonly onSilent: () => void }): BoothDeadlines {
  let phase: Phase = 'absent';
  let leftMs = o.lifetimeMs;
  let startedMs = 0;
  let waits = 0;
  let stopped = false;
  let lifetime: NodeJS.Timeout | undefined;
  let silence: NodeJS.Timeout | undefined;
  const listen = (): void => {
    clearTimeout(silence);
    if (!stopped && waits === 0) silence = setTimeout(o.onSilent, SILENCE_MS[phase]);
  };
  const run = (): void => {
    if (stopped) return;
    startedMs = performance.now();
    lifetime = setTimeout(o.onTimeOut, leftMs);
    listen();
  };
  const stand = (): void => {
    clearTimeout(lifetime);
    clearTimeout(silence);
    leftMs = Math.max(0, leftMs - (performance.now() - startedMs));
  };
  run();
  return {
    born: listen,
    connected() {
      if (phase !== 'absent') return;
      phase = 'connected';
      listen();
    },
    heard() {
      if (phase === 'absent' || phase === 'connected') phase = 'citizen';
      listen();
    },
    camera(runs) {
      phase = runs ? 'camera' : 'citizen';
      listen();
    },
    async whileWaiting(promised) {
      if (waits === 0) stand();
      waits += 1;
      try {
        return await promised;
      } finally {
        waits -= 1;
        if (waits === 0) run();
      }
    },
    stop() {
      stopped = true;
      clearTimeout(lifetime);
      clearTimeout(silence);
    },
  };
}
