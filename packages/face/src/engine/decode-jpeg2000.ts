import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import sharp from 'sharp';
import type { Jpeg2000Header } from '../image/read-jpeg2000-header.ts';
import { discard } from '../image/discard.ts';
import type { RgbImage } from '../image/rgb-image.ts';

/** The part of OpenJPEG's WebAssembly build that is used here; the package brings no types. */
interface OpenJpeg {
  readonly HEAPU8: Uint8Array;
  readonly J2KDecoder: new () => {
    /** A view of the decoder's memory to write the codestream into. */
    getEncodedBuffer(length: number): Uint8Array;
    decode(): void;
    /** Samples by pixel, one byte each, or two (low byte first) when deeper than 8 bits. Nothing after a failure. */
    getDecodedBuffer(): Uint8Array;
    getFrameInfo(): { readonly width: number; readonly height: number; readonly componentCount: number; readonly bitsPerSample: number };
    delete(): void;
  };
}
type LoadOpenJpeg = (options: { readonly wasmBinary: Uint8Array; readonly print: () => void; readonly printErr: () => void }) => Promise<OpenJpeg>;

const PACKAGE = '@cornerstonejs/codec-openjpeg';
const load = createRequire(import.meta.url);

/**
 * Decodes a codestream whose header was read and found within limits. The decoder is loaded for this one picture, so
 * that a waiting cell holds none of it, and its memory is cleared before it is let go.
 * @param header.bitsPerSample must be known
 * @param fitWithin larger pictures are shrunk to this
 * @returns undefined when it can't be decoded whole
 */
export async function decodeJpeg2000(header: Jpeg2000Header & { readonly bitsPerSample: number }, fitWithin: number): Promise<RgbImage | undefined> {
  const { width, height } = header;
  const image = { width, height, pixels: await decodePixels(header) };
  if (image.pixels === undefined) return undefined;
  if (Math.max(width, height) <= fitWithin) return { width, height, pixels: image.pixels };
  try {
    const { data, info } = await sharp(image.pixels, { raw: { width, height, channels: 3 } }).resize(fitWithin, fitWithin, { fit: 'inside' }).raw().toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, pixels: data };
  } finally {
    discard(image.pixels);
  }
}

async function decodePixels(header: Jpeg2000Header & { readonly bitsPerSample: number }): Promise<Uint8Array | undefined> {
  const loadOpenJpeg = load(`${PACKAGE}/decodewasmjs`) as LoadOpenJpeg;
  const silent = (): void => {};
  let openJpeg: OpenJpeg | undefined;
  try {
    openJpeg = await loadOpenJpeg({ wasmBinary: await readFile(load.resolve(`${PACKAGE}/decodewasm`)), print: silent, printErr: silent });
    const decoder = new openJpeg.J2KDecoder();
    decoder.getEncodedBuffer(header.codestream.length).set(header.codestream);
    decoder.decode();
    const made = decoder.getFrameInfo();
    const samples = decoder.getDecodedBuffer();
    const bytesPerSample = header.bitsPerSample > 8 ? 2 : 1;
    // It does not throw when it fails: the frame is empty then.
    const whole = made.width === header.width && made.height === header.height && made.componentCount === header.components && made.bitsPerSample === header.bitsPerSample;
    if (!whole || samples.length !== header.width * header.height * header.components * bytesPerSample) return undefined;
    return toRgb(samples, header);
  } catch (thrown) {
    // A trap or a failed allocation inside WebAssembly: the picture's doing. A missing package is the operator's.
    if (openJpeg === undefined) throw thrown;
    return undefined;
  } finally {
    openJpeg?.HEAPU8.fill(0);
  }
}

/** Grey, RGB or YCC, of any depth, with or without an opacity channel (which is left out), or through a palette, to 8-bit RGB. */
function toRgb(samples: Uint8Array, { width, height, components, bitsPerSample, colour, palette }: Jpeg2000Header & { readonly bitsPerSample: number }): Uint8Array {
  const pixels = new Uint8Array(3 * width * height);
  if (palette !== undefined) {
    const last = palette.length / 3 - 1;
    // Values beyond the palette mean its last entry (§I.5.3.4).
    for (let i = 0; i < samples.length; i++) pixels.set(palette.subarray(3 * Math.min(samples[i]!, last), 3 * Math.min(samples[i]!, last) + 3), 3 * i);
    return pixels;
  }
  const scale = 255 / (2 ** bitsPerSample - 1);
  const deep = bitsPerSample > 8;
  const sample = (i: number): number => (deep ? samples[2 * i]! | (samples[2 * i + 1]! << 8) : samples[i]!) * scale;
  const isGrey = components < 3;
  const byte = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));
  for (let from = 0, to = 0; to < pixels.length; from += components, to += 3) {
    const first = sample(from);
    const [second, third] = isGrey ? [first, first] : [sample(from + 1), sample(from + 2)];
    const [red, green, blue] = colour === 'ycc' ? [first + 1.402 * (third - 128), first - 0.344136 * (second - 128) - 0.714136 * (third - 128), first + 1.772 * (second - 128)] : [first, second, third];
    pixels[to] = byte(red);
    pixels[to + 1] = byte(green);
    pixels[to + 2] = byte(blue);
  }
  return pixels;
}
