type LaterSteps = typeof import('./later-steps.ts');

const TRY_AGAIN_MS = 2000;

let loading: Promise<LaterSteps> | undefined;

/** Asked for once, and tried until the line carries it: by then a chip has been read, which must not be lost for a moment without a line. */
export function loadLaterSteps(): Promise<LaterSteps> {
  loading ??= untilLoaded();
  return loading;
}

async function untilLoaded(): Promise<LaterSteps> {
  for (;;) {
    try {
      return await import('./later-steps.ts');
    } catch {
      await new Promise((resolve) => {
        setTimeout(resolve, TRY_AGAIN_MS);
      });
    }
  }
}
