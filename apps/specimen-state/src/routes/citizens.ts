import { type Citizen, createCitizen, encodeJpeg, loadCanonicalMesh } from '@visavis/specimen';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { refuse } from '../refuse.ts';

/** Citizens kept ready: making one takes about a second, and a few MiB. */
const MAX_CITIZENS = 16;
const MAX_SEED = 1_000_000;
/** As a phone's camera compresses. */
const FRAME_QUALITY = 85;
const PORTRAIT_QUALITY = 92;

const citizenParameters = z.strictObject({ seed: z.coerce.number().int().min(0).max(MAX_SEED) });

const share = z.coerce.number().min(0).max(1).default(0);
/** How the citizen holds their head and face; what is left out is neutral. */
const framePose = z.strictObject({
  yawDeg: z.coerce.number().min(-45).max(45).default(0),
  pitchDeg: z.coerce.number().min(-30).max(30).default(0),
  smile: share,
  blink: share,
  mouthOpen: share,
});

/**
 * `GET /citizens/:seed/portrait.jpg` and `GET /citizens/:seed/frame.jpg?yawDeg&pitchDeg&smile&blink&mouthOpen`: pictures
 * of people who do not exist, for demos without a camera. Drawn one at a time.
 */
export function serveCitizens(server: FastifyInstance): void {
  const ready = new Map<number, Citizen>();
  let mesh: ReturnType<typeof loadCanonicalMesh> | undefined;

  /** The least lately asked for makes room. */
  function citizenOf(seed: number): Citizen {
    mesh ??= loadCanonicalMesh();
    const citizen = ready.get(seed) ?? createCitizen({ seed, mesh });
    ready.delete(seed);
    ready.set(seed, citizen);
    const [oldest] = ready.keys();
    if (ready.size > MAX_CITIZENS && oldest !== undefined) ready.delete(oldest);
    return citizen;
  }

  server.get('/citizens/:seed/portrait.jpg', async (request, reply) => {
    const parameters = citizenParameters.safeParse(request.params);
    if (!parameters.success) return refuse(reply, 'SPECIMEN_REQUEST_INVALID');
    const jpeg = await encodeJpeg(citizenOf(parameters.data.seed).renderPortrait(), PORTRAIT_QUALITY);
    return reply.type('image/jpeg').send(Buffer.from(jpeg));
  });

  server.get('/citizens/:seed/frame.jpg', async (request, reply) => {
    const parameters = citizenParameters.safeParse(request.params);
    const pose = framePose.safeParse(request.query);
    if (!parameters.success || !pose.success) return refuse(reply, 'SPECIMEN_REQUEST_INVALID');
    const { blink, ...rest } = pose.data;
    const frame = citizenOf(parameters.data.seed).renderFrame({ ...rest, blinkLeft: blink, blinkRight: blink });
    return reply.type('image/jpeg').send(Buffer.from(await encodeJpeg(frame, FRAME_QUALITY)));
  });
}
