import { z } from 'zod';
import { meshRegionAlignment, pluginInput, pluginManifest } from '../plugin/plugin-manifest.ts';
import type { PluginCodes } from '../plugin/read-plugin.ts';

const number = z.number().min(-1e6).max(1e6);
const point = z.tuple([number, number]);

/** What an operator writes beside a face recognition network. */
export const embedderManifestSchema = z.strictObject({
  ...pluginManifest,
  input: pluginInput(1024),
  alignment: z.discriminatedUnion('kind', [
    /** Where the crop has the person's right eye, left eye, nose tip, right and left mouth corner, in its pixels. */
    z.strictObject({ kind: z.literal('fivePoints'), points: z.tuple([point, point, point, point, point]) }),
    meshRegionAlignment(3),
  ]),
  output: z.string().min(1).max(100),
  /** Whether a reference's mirror image is embedded as well and both are added: more accurate, twice the time. A probe is embedded as it is. */
  mirror: z.boolean(),
});

export type EmbedderManifest = z.infer<typeof embedderManifestSchema>;

export const embedderCodes: PluginCodes = { manifestInvalid: 'FACE_EMBEDDER_MANIFEST_INVALID', fileAltered: 'FACE_EMBEDDER_FILE_ALTERED', unusable: 'FACE_EMBEDDER_UNUSABLE' };
