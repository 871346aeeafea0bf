import { z } from 'zod';
import { sha256 } from '../policy/measured.ts';

const number = z.number().min(-1e6).max(1e6);
const point = z.tuple([number, number]);

/**
 * What an operator writes beside an ONNX network so that the engine can feed it. Every key is needed: how a network was
 * trained to be fed is not guessed.
 */
export const embedderManifestSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
  /** Beside the manifest; a name, not a path. */
  file: z.string().regex(/^[\w-][\w.-]{0,99}$/),
  sha256,
  licence: z.string().min(1).max(200),
  released: z.iso.date(),
  input: z.strictObject({
    name: z.string().min(1).max(100),
    /** Pixels; the tensor is batch × 3 × side × side. */
    side: z.int().min(8).max(1024),
    channelOrder: z.enum(['rgb', 'bgr']),
    /** value = byte × factor + offset, offsets in the channels' order. */
    factor: number.positive(),
    offset: z.tuple([number, number, number]),
  }),
  alignment: z.discriminatedUnion('kind', [
    /** Where the crop has the person's right eye, left eye, nose tip, right and left mouth corner, in its pixels. */
    z.strictObject({ kind: z.literal('fivePoints'), points: z.tuple([point, point, point, point, point]) }),
    /** A square around the mesh: its side in the mesh's larger extent, its shift towards the forehead in the mesh's height. */
    z.strictObject({ kind: z.literal('meshRegion'), margin: z.number().min(0.5).max(3), shiftUp: z.number().min(-1).max(1) }),
  ]),
  output: z.string().min(1).max(100),
  /** Whether a reference's mirror image is embedded as well and both are added: more accurate, twice the time. A probe is embedded as it is. */
  mirror: z.boolean(),
});

export type EmbedderManifest = z.infer<typeof embedderManifestSchema>;
