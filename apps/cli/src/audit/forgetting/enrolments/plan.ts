/** What an enrolment of the audit sets out to be. How it ends is another matter, and what is counted. */
export type Attempt =
  | { readonly kind: 'honest' }
  | { readonly kind: 'refused'; readonly by: 'otherFace' | 'still' | 'alteredPortrait' | 'wrongDetails' }
  | { readonly kind: 'aborted'; readonly at: AbortMoment; readonly how: 'withdrawn' | 'cut' }
  | { readonly kind: 'crashed'; readonly cell: 'chip-cell' | 'face-cell'; readonly afterMs: number };

export const ABORT_MOMENTS = ['channelOpen', 'chip', 'documentAccepted', 'cameraStarted', 'prompt', 'actionSeen', 'captureComplete', 'verdict', 'passkey'] as const;
export type AbortMoment = (typeof ABORT_MOMENTS)[number];

/** Of twenty: eight honest, six to be refused, four given up, two killed. The first six have one of each. */
const ROUND = ['honest', 'alteredPortrait', 'aborted', 'face-cell', 'honest', 'otherFace', 'wrongDetails', 'honest', 'aborted', 'honest', 'still', 'honest', 'chip-cell', 'alteredPortrait', 'honest', 'aborted', 'wrongDetails', 'honest', 'aborted', 'honest'] as const;
/** From the accepted document to the last frame there are some five seconds. */
const LONGEST_CAPTURE_MS = 5000;
/** A chip is read in about a second. */
const LONGEST_READING_MS = 2000;

/** @param random from 0 to below 1, from a seed that is told, so that a run can be repeated */
export function planAttempts(enrolments: number, random: () => number): Attempt[] {
  return Array.from({ length: enrolments }, (_, i): Attempt => {
    const sort = ROUND[i % ROUND.length]!;
    if (sort === 'honest') return { kind: 'honest' };
    if (sort === 'aborted') return { kind: 'aborted', at: ABORT_MOMENTS[Math.floor(random() * ABORT_MOMENTS.length)]!, how: random() < 0.5 ? 'withdrawn' : 'cut' };
    if (sort === 'chip-cell') return { kind: 'crashed', cell: sort, afterMs: random() * (LONGEST_READING_MS + LONGEST_CAPTURE_MS) };
    if (sort === 'face-cell') return { kind: 'crashed', cell: sort, afterMs: random() * LONGEST_CAPTURE_MS };
    return { kind: 'refused', by: sort };
  });
}
