/** Nobody wonders about a shorter wait. */
const SHOWN_AFTER_MS = 1000;

const listeners = new Set<() => void>();
let pending = 0;
let isLong = false;
let timer: ReturnType<typeof setTimeout> | undefined;

function say(long: boolean): void {
  if (isLong === long) return;
  isLong = long;
  for (const listener of listeners) listener();
}

/** Counts a call to the server for as long as it takes. */
export async function countCall<T>(call: Promise<T>): Promise<T> {
  pending += 1;
  if (pending === 1) timer = setTimeout(() => say(true), SHOWN_AFTER_MS);
  try {
    return await call;
  } finally {
    pending -= 1;
    if (pending === 0) {
      clearTimeout(timer);
      say(false);
    }
  }
}

/** Calls the listener when a long wait begins or ends. @returns what stops that */
export function watchLongCalls(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the server has kept this page waiting for a while. */
export const isLongCall = (): boolean => isLong;
