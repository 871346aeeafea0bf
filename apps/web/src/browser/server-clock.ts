/** Below it, a difference is the time that the answer travelled. */
const LEEWAY_MS = 60_000;

let aheadMs = 0;

/** Learns from an answer how far this device's clock is from the server's. */
export function noteServerTime(answer: Response): void {
  const serverMs = Date.parse(answer.headers.get('date') ?? '');
  if (Number.isNaN(serverMs)) return;
  const differenceMs = serverMs - Date.now();
  aheadMs = Math.abs(differenceMs) > LEEWAY_MS ? differenceMs : 0;
}

/** The time at the server, in milliseconds: what it signs and what it asks to be signed is judged by it, however wrong this device's clock. */
export const serverNowMs = (): number => Date.now() + aheadMs;
