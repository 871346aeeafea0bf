import { ByteReader, MalformedBytes } from '@visavis/kernel';

/** What a JPEG 2000 file says of its picture before anything is decoded. */
export interface Jpeg2000Header {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly tiles: number;
  /** Of every component; undefined when they differ, are signed, or are not all of the picture's size. */
  readonly bitsPerSample: number | undefined;
  /** As the file says; `unsaid` in a bare codestream or with a colour profile of its own. */
  readonly colour: 'grey' | 'rgb' | 'ycc' | 'unsaid' | 'other';
  /** Red, green and blue of each value that the one component has. */
  readonly palette: Uint8Array | undefined;
  /** The codestream alone: a decoder needs no more, and reads no box. */
  readonly codestream: Uint8Array;
}

type Colour = Jpeg2000Header['colour'];

/** Boxes before the picture; a portrait has four, some with a few more of the issuer's software. */
const MAX_BOXES = 32;
/** Marker segments of all headers together; usual are 5 to 30, more where each tile has its own. */
const MAX_SEGMENTS = 1024;
/** Tile parts: a tile may come in several. */
const MAX_TILE_PARTS = 1024;
/** Each layer, resolution and precinct has its own entry in the decoder's memory, whatever the file's length. */
const MAX_LAYERS = 128;
const MAX_DECOMPOSITIONS = 16;
/** Precincts and code blocks smaller than this (as powers of two) only multiply the decoder's tables. */
const MIN_PRECINCT_LOG2 = 5;
const MIN_BLOCK_LOG2 = 3;
const MIN_BLOCK_AREA_LOG2 = 8;

const MAX_PALETTE_ENTRIES = 256;
/** For each colour: component 0, through the palette, its column. */
const PLAIN_USE = [0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 2] as const;

const SIGNATURE = [0x0000000c, 0x6a502020, 0x0d0a870a] as const;
const BOX = { header: 0x6a703268, imageHeader: 0x69686472, colour: 0x636f6c72, palette: 0x70636c72, paletteUse: 0x636d6170, codestream: 0x6a703263 } as const;
/** Enumerated colour spaces of ISO/IEC 15444-1 §I.5.3.3. */
const ENUMERATED: Readonly<Record<number, Colour>> = { 16: 'rgb', 17: 'grey', 18: 'ycc' };
const MARKER = { start: 0xff4f, size: 0xff51, codingDefault: 0xff52, codingComponent: 0xff53, tilePart: 0xff90, data: 0xff93, end: 0xffd9 } as const;
/** Progression changes and packed packet headers: no passport needs them, and each lets few bytes cost much work. */
const REFUSED_MARKERS = new Set([0xff5f, 0xff60, 0xff61]);

/**
 * Reads the headers of a JP2 file or of a bare codestream, so that limits are checked before a decoder sees it. All
 * headers are walked, those of tile parts too, since each may ask for other tables than the first did. What follows the
 * codestream (some states fill the file up) is not looked at.
 * @returns undefined when it is neither, when the file's two headers disagree on the picture, or when it asks a decoder
 * for tables that no portrait needs
 * @source ISO/IEC 15444-1 annexes A and I
 */
export function readJpeg2000Header(bytes: Uint8Array): Jpeg2000Header | undefined {
  try {
    return new ByteReader(bytes).u16() === MARKER.start ? readCodestream(bytes, 'unsaid') : readFile(bytes);
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}

function readFile(bytes: Uint8Array): Jpeg2000Header | undefined {
  const reader = new ByteReader(bytes);
  for (const word of SIGNATURE) if (reader.u32() !== word) return undefined;
  let declared: ReturnType<typeof readHeaderBox>;
  for (let box = 0; box < MAX_BOXES; box++) {
    const { type, contents } = readBox(reader);
    if (type === BOX.header) declared = readHeaderBox(contents);
    if (type !== BOX.codestream) continue;
    const header = declared && readCodestream(contents, declared.colour);
    const agree = declared !== undefined && header?.width === declared.width && header.height === declared.height && header.components === declared.components;
    return agree ? { ...header, palette: declared?.palette } : undefined;
  }
  return undefined;
}

/** A length of 0: to the end of the file. One of 1, for boxes beyond 4 GB, is refused. */
function readBox(reader: ByteReader): { readonly type: number; readonly contents: Uint8Array } {
  const length = reader.u32();
  const type = reader.u32();
  return { type, contents: reader.take(length === 0 ? reader.remaining : length - 8) };
}

type HeaderBox = Pick<Jpeg2000Header, 'width' | 'height' | 'components' | 'colour' | 'palette'>;

function readHeaderBox(contents: Uint8Array): HeaderBox | undefined {
  const reader = new ByteReader(contents);
  let size: Pick<HeaderBox, 'width' | 'height' | 'components'> | undefined;
  let colour: Colour | undefined;
  let palette: Uint8Array | 'other' | undefined;
  for (let count = 0; reader.remaining > 0; count++) {
    if (count === MAX_BOXES) return undefined;
    const box = readBox(reader);
    const inside = new ByteReader(box.contents);
    if (box.type === BOX.imageHeader) {
      const height = inside.u32();
      size = { height, width: inside.u32(), components: inside.u16() };
    } else if (box.type === BOX.colour && colour === undefined) {
      const method = inside.u8();
      inside.take(2);
      colour = method === 1 ? (ENUMERATED[inside.u32()] ?? 'other') : 'unsaid';
    } else if (box.type === BOX.palette) palette = readPalette(inside);
    else if (box.type === BOX.paletteUse && !isPlainUse(box.contents)) palette = 'other';
  }
  if (size === undefined) return undefined;
  if (palette === undefined) return { ...size, colour: colour ?? 'unsaid', palette };
  // A palette says colours of its own for one component: anything else is nobody's portrait.
  if (palette === 'other' || size.components !== 1 || (colour !== 'rgb' && colour !== 'unsaid')) return { ...size, colour: 'other', palette: undefined };
  return { ...size, colour: 'rgb', palette };
}

/** The palette box (§I.5.3.4): as many entries as one byte can mean, each of three bytes. */
function readPalette(box: ByteReader): Uint8Array | 'other' {
  const entries = box.u16();
  const columns = box.u8();
  if (entries === 0 || entries > MAX_PALETTE_ENTRIES || columns !== 3) return 'other';
  return box.take(columns).every((depth) => depth === 7) ? box.take(3 * entries) : 'other';
}

/** The component mapping box (§I.5.3.5) when it says nothing new: the one component, through the palette, to red, green and blue. */
function isPlainUse(contents: Uint8Array): boolean {
  return contents.length === PLAIN_USE.length && PLAIN_USE.every((byte, i) => byte === contents[i]);
}

function readCodestream(codestream: Uint8Array, colour: Colour): Jpeg2000Header | undefined {
  const reader = new ByteReader(codestream);
  if (reader.u16() !== MARKER.start || reader.u16() !== MARKER.size) return undefined;
  const size = readSize(new ByteReader(reader.take(reader.u16() - 2)));
  if (size === undefined) return undefined;
  const header = { ...size, colour, palette: undefined, codestream };
  const wide = size.components > 256;
  let segments = 0;
  let tileParts = 0;
  let tilePartEnd: number | undefined;
  while (segments++ < MAX_SEGMENTS) {
    const start = reader.offset;
    const marker = reader.u16();
    // Padding may stand where another tile part could.
    if (marker === MARKER.end) return tileParts > 0 ? header : undefined;
    if (marker === MARKER.data) {
      if (tilePartEnd === undefined) return undefined;
      // The last tile part may leave its length open: it goes on to the end.
      if (tilePartEnd === 0) return header;
      reader.take(tilePartEnd - reader.offset);
      tilePartEnd = undefined;
      // Cut off between tile parts, or without an end marker: for the decoder to judge.
      if (reader.remaining < 2) return header;
      continue;
    }
    if (marker < 0xff00 || REFUSED_MARKERS.has(marker)) return undefined;
    const segment = new ByteReader(reader.take(reader.u16() - 2));
    if (marker === MARKER.tilePart) {
      if (tilePartEnd !== undefined || ++tileParts > MAX_TILE_PARTS || segment.u16() >= size.tiles) return undefined;
      const length = segment.u32();
      tilePartEnd = length === 0 ? 0 : start + length;
    } else if (tileParts > 0 && tilePartEnd === undefined) return undefined;
    else if (marker === MARKER.codingDefault) {
      const style = segment.u8();
      segment.take(1);
      if (segment.u16() > MAX_LAYERS) return undefined;
      segment.take(1);
      if (!isModestCoding(segment, (style & 1) !== 0)) return undefined;
    } else if (marker === MARKER.codingComponent) {
      segment.take(wide ? 2 : 1);
      const style = segment.u8();
      if (!isModestCoding(segment, (style & 1) !== 0)) return undefined;
    }
  }
  return undefined;
}

/** Decompositions, code block and precinct sizes, as COD and COC both end (§A.6.1). */
function isModestCoding(segment: ByteReader, ownPrecincts: boolean): boolean {
  const decompositions = segment.u8();
  const [width, height] = [segment.u8() + 2, segment.u8() + 2];
  segment.take(2);
  if (decompositions > MAX_DECOMPOSITIONS || width < MIN_BLOCK_LOG2 || height < MIN_BLOCK_LOG2 || width + height < MIN_BLOCK_AREA_LOG2) return false;
  if (!ownPrecincts) return true;
  return [...segment.take(decompositions + 1)].every((size) => (size & 0x0f) >= MIN_PRECINCT_LOG2 && size >> 4 >= MIN_PRECINCT_LOG2);
}

/** The SIZ segment (§A.5.1). The picture may lie anywhere on the reference grid; here it must begin at its corner, as passports' do. */
function readSize(segment: ByteReader): Omit<Jpeg2000Header, 'colour' | 'palette' | 'codestream'> | undefined {
  segment.take(2);
  const [width, height, left, top, tileWidth, tileHeight, tileLeft, tileTop] = Array.from({ length: 8 }, () => segment.u32()) as [number, number, number, number, number, number, number, number];
  const components = segment.u16();
  if (width === 0 || height === 0 || tileWidth === 0 || tileHeight === 0 || components === 0 || left + top + tileLeft + tileTop > 0) return undefined;
  const each = new ByteReader(segment.take(3 * components));
  let bitsPerSample: number | undefined;
  for (let i = 0; i < components; i++) {
    const depth = each.u8() + 1;
    const [stepX, stepY] = [each.u8(), each.u8()];
    const usable = depth <= 16 && stepX === 1 && stepY === 1 && (i === 0 || depth === bitsPerSample);
    bitsPerSample = usable ? depth : undefined;
    if (!usable) break;
  }
  return { width, height, components, tiles: Math.ceil(width / tileWidth) * Math.ceil(height / tileHeight), bitsPerSample };
}
