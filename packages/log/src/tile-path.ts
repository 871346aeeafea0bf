import { fromDecimal } from './decimal.ts';

/** Hashes, or entries, in a full tile. @source C2SP tlog-tiles */
export const TILE_WIDTH = 256;
/** Tree levels that one tile level spans: 2^8 = 256. */
export const TILE_HEIGHT = 8;
const MAX_LEVEL = 63;

/** Which part of a log: hashes at a level, or the entries themselves. `width` 256 is a full tile. */
export interface TileName {
  readonly level: number | 'entries';
  readonly index: number;
  readonly width: number;
}

/** `tile/0/x001/234.p/5`. @source C2SP tlog-tiles, "Merkle Tree" */
export function tilePath(tile: TileName): string {
  const digits = String(tile.index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g)!;
  const index = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${tile.level}/${index}${tile.width === TILE_WIDTH ? '' : `.p/${tile.width}`}`;
}

/** One spelling per tile; undefined for every other text. */
export function parseTilePath(path: string): TileName | undefined {
  const match = path.length > 64 ? null : /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/.exec(path);
  if (match === null) return undefined;
  const level = match[1] === 'entries' ? 'entries' : fromDecimal(match[1]!);
  const index = fromDecimal(match[2]!.replaceAll(/[x/]/g, '').replace(/^0+(?=[0-9])/, ''));
  const width = match[3] === undefined ? TILE_WIDTH : fromDecimal(match[3]);
  if (level === undefined || index === undefined || width === undefined || width < 1) return undefined;
  if (level !== 'entries' && level > MAX_LEVEL) return undefined;
  const tile: TileName = { level, index, width };
  return tilePath(tile) === path ? tile : undefined;
}
