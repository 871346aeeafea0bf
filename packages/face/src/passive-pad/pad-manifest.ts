import { z } from 'zod';
import { meshRegionAlignment, pluginInput, pluginManifest } from '../plugin/plugin-manifest.ts';
import type { PluginCodes } from '../plugin/read-plugin.ts';

/** Crops of one capture are kept until its end: a few of this size are some megabytes. */
const MAX_SIDE = 512;
/** Such networks look at what is around a face too: the edge of a print, the frame of a screen. */
const MAX_MARGIN = 6;

/** What an operator writes beside a network for passive presentation attack detection (ISO/IEC 30107-1). */
export const padManifestSchema = z
  .strictObject({
    ...pluginManifest,
    input: pluginInput(MAX_SIDE),
    alignment: meshRegionAlignment(MAX_MARGIN),
    output: z.strictObject({
      name: z.string().min(1).max(100),
      /** How many values it gives for a crop, and which of them is the score, from 0. */
      values: z.int().min(1).max(1000),
      score: z.int().min(0).max(999),
      /** Whether the values become shares of one first. */
      softmax: z.boolean(),
      /** What a higher score speaks for. */
      higherIs: z.enum(['attack', 'bonaFide']),
    }),
  })
  .refine(({ output }) => output.score < output.values, { message: 'the score is one of the values', path: ['output', 'score'] });

export type PadManifest = z.infer<typeof padManifestSchema>;

export const padCodes: PluginCodes = { manifestInvalid: 'FACE_PAD_MANIFEST_INVALID', fileAltered: 'FACE_PAD_FILE_ALTERED', unusable: 'FACE_PAD_UNUSABLE' };
