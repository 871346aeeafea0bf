/**
 * Attacks that a policy has to have been tried with: the catalogue in `specimen`, which this room may not import; a test
 * holds both lists to each other.
 */
export const TRIED_SPECIES: readonly string[] = [
  'print',
  'bent-print',
  'screen-replay',
  'injected-replay',
  'photo-puppet',
  'face-swap',
  'movement-double',
  'unlit-virtual-camera',
  'duplicated-frames',
  'time-warp',
  'second-face',
  'covered-mask',
  'covered-sunglasses',
  'covered-helmet',
  'impostor',
  'display-reenactment',
  'live-reenactment',
];

/** Of each species; fewer, and a rate of zero would say little. */
export const LEAST_ATTACKS = 300;
export const LEAST_HONEST = 500;
