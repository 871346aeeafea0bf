import { assessQuality, type PixelView } from '@visavis/face/quality';

/** What the face policy takes; held to it by a test, since the policy itself would be most of this page's weight. Luma, 0–255. */
export const POLICY_BRIGHTNESS = { min: 40, max: 225 } as const;
/** So much inside of it, that the light still suffices when the head turns. */
const MARGIN = 15;
/** Share of the oval that may be burnt out or black: a quarter is what the face policy takes, of a face without hair and wall around it. */
const MAX_BURNT_OUT = 0.25;
const MAX_BLACK = 0.4;

/** Where the oval on the screen asks the face to be, as shares of the picture. */
const OVAL = { left: 0.22, right: 0.78, top: 0.18, bottom: 0.78 };

/**
 * Light on the face before the script begins, judged in the browser on the area of the oval: no face is looked for
 * here and nothing is sent. Coaching only.
 */
export function framingHint(view: PixelView): 'ok' | 'tooDark' | 'tooBright' {
  const { width, height } = view;
  const { brightness, overExposed, underExposed } = assessQuality(view, { left: OVAL.left * width, right: OVAL.right * width, top: OVAL.top * height, bottom: OVAL.bottom * height });
  if (brightness < POLICY_BRIGHTNESS.min + MARGIN || underExposed > MAX_BLACK) return 'tooDark';
  return brightness > POLICY_BRIGHTNESS.max - MARGIN || overExposed > MAX_BURNT_OUT ? 'tooBright' : 'ok';
}
