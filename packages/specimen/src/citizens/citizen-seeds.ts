import { castSeeds } from './cast-seeds.ts';

/**
 * Made-up adults of many kinds: the cast, bare-headed, and others of all skin tones and ages, with lines, grey hair and
 * bald heads, beards and moustaches, glasses, headscarves, turbans and knitted caps. Each is like their own portrait and
 * moves readably; unlike the cast they are not all well apart, and some pairs lie above the comparison's threshold
 * (docs/decisions/0144). A change to how they look needs the choice made again.
 */
export const citizenSeeds: readonly number[] = [
  ...castSeeds,
  1104, 1048, 1021, 1057, 1062, 1024, 1040, 1026, 1070, 1013, 1101, 1091, 1076, 1061, 1005, 1106, 1111, 1119, 1060, 1088, 1028, 1004, 1002, 1067,
];
