import { z } from 'zod';
import { sha256 } from '../policy/measured.ts';

const number = z.number().min(-1e6).max(1e6);

/** What an operator says of any ONNX network, so that the engine can find and feed it. Every key is needed: how a network was trained to be fed is not guessed. */
export const pluginManifest = {
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
  /** Beside the manifest; a name, not a path. */
  file: z.string().regex(/^[\w-][\w.-]{0,99}$/),
  sha256,
  licence: z.string().min(1).max(200),
  released: z.iso.date(),
};

/** @param maxSide of the crop, pixels */
export const pluginInput = (maxSide: number) =>
  z.strictObject({
    name: z.string().min(1).max(100),
    /** Pixels; the tensor is batch × 3 × side × side. */
    side: z.int().min(8).max(maxSide),
    channelOrder: z.enum(['rgb', 'bgr']),
    /** value = byte × factor + offset, offsets in the channels' order. */
    factor: number.positive(),
    offset: z.tuple([number, number, number]),
  });

/** A square around the mesh: its side in the mesh's larger extent, its shift towards the forehead in the mesh's height. */
export const meshRegionAlignment = (maxMargin: number) => z.strictObject({ kind: z.literal('meshRegion'), margin: z.number().min(0.5).max(maxMargin), shiftUp: z.number().min(-1).max(1) });

export type PluginInput = z.infer<ReturnType<typeof pluginInput>>;
