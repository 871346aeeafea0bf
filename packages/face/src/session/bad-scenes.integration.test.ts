import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { castSeeds, createCitizen, encodeJpeg, loadCanonicalMesh } from '@visavis/specimen';
import { beforeAll, describe, expect, it } from 'vitest';
import { createFaceEngine, type FaceEngine, type FaceEvent, type LivenessScript } from '../index.ts';
import { convertModels } from '../models/convert-models.ts';
import { layOutNetworks } from '../models/lay-out-networks.ts';
import { facePolicy } from '../policy/index.ts';

/**
 * Pictures that decode well and show what they should not, before the whole engine: as a portrait, and as a stream that
 * shows nothing else. Each ends by a code, after as many frames as the script has time for. Files that are no pictures
 * are in `bad-input.integration.test.ts`.
 */
const modelsDir = fileURLToPath(new URL('../../../../.state/models/', import.meta.url));
const [WIDTH, HEIGHT] = [480, 640];
const FRAME_MS = 250;
const LOOK_AHEAD_MS = 3000;
/** Of one frame, networks and all; a bound, on a busy machine. */
const MAX_FRAME_MS = 5000;

interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}
const citizen = createCitizen({ seed: castSeeds[0]!, mesh: loadCanonicalMesh() });
const face = citizen.renderFrame({});

const drawn = async (svg: string): Promise<Pixels> => {
  const { data, info } = await sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${svg}</svg>`)).flatten({ background: '#e8e4da' }).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
};
const smiley = (): Promise<Pixels> =>
  drawn('<circle cx="240" cy="320" r="170" fill="#ffdb4d" stroke="#222" stroke-width="8"/><circle cx="180" cy="270" r="22"/><circle cx="300" cy="270" r="22"/><path d="M150 370 Q240 470 330 370" fill="none" stroke="#222" stroke-width="12"/>');
/** A window-dresser's head: smooth, shaded, painted eyes and lips. */
const mannequin = (): Promise<Pixels> =>
  drawn(`<defs><radialGradient id="s" cx="42%" cy="38%"><stop offset="0" stop-color="#f3dcc8"/><stop offset="1" stop-color="#a98a73"/></radialGradient></defs>
    <rect x="190" y="450" width="100" height="190" fill="#b8977f"/><ellipse cx="240" cy="310" rx="130" ry="180" fill="url(#s)"/>
    ${[188, 292].map((x) => `<ellipse cx="${x}" cy="285" rx="26" ry="12" fill="#fff"/><circle cx="${x}" cy="285" r="11" fill="#3a2a1e"/><path d="M${x - 32} 258 Q${x} 244 ${x + 32} 258" fill="none" stroke="#5a4030" stroke-width="7"/>`).join('')}
    <path d="M240 290 L226 362 Q240 374 254 362 Z" fill="#c9a58c"/><path d="M205 412 Q240 396 275 412 Q240 436 205 412 Z" fill="#a8433f"/>`);

const from = (image: Pixels): Sharp => sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } });
const made = async (picture: Sharp): Promise<Pixels> => {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
};
const upsideDown = (): Promise<Pixels> => made(from(face).rotate(180));
const tilted = (degrees: number): Promise<Pixels> => made(from(face).rotate(degrees, { background: '#8a8a8a' }).resize(WIDTH, HEIGHT, { fit: 'cover' }));
const mirrored = (image: Pixels): Promise<Pixels> => made(from(image).flop());
const blurred = (): Promise<Pixels> => made(from(face).blur(25));
const dark = (): Promise<Pixels> => made(from(face).linear(0.12, 0));
/** The face that many times smaller, in the middle of a picture of the same size. */
const smaller = async (times: number): Promise<Pixels> => {
  const [width, height] = [Math.round(WIDTH / times), Math.round(HEIGHT / times)];
  const grey = from({ width: WIDTH, height: HEIGHT, data: new Uint8Array(WIDTH * HEIGHT * 3).fill(150) });
  return made(grey.composite([{ input: await from(face).resize(width, height).png().toBuffer(), left: (WIDTH - width) >> 1, top: (HEIGHT - height) >> 1 }]));
};
const tiny = (): Promise<Pixels> => smaller(6.67);
const twoFaces = async (): Promise<Pixels> => {
  const half = await from(face).resize(240, 320).png().toBuffer();
  return made(from({ width: WIDTH, height: HEIGHT, data: new Uint8Array(WIDTH * HEIGHT * 3).fill(120) }).composite([{ input: half, left: 0, top: 160 }, { input: half, left: 240, top: 160 }]));
};

describe('a picture of what should not be there', () => {
  let engine: FaceEngine;
  let portrait: { readonly mediaType: 'image/jpeg'; readonly bytes: Uint8Array };

  beforeAll(async () => {
    await convertModels({ modelsDir, onProgress: () => undefined });
    await layOutNetworks({ modelsDir, onProgress: () => undefined });
    engine = await createFaceEngine({ modelsDir });
    portrait = { mediaType: 'image/jpeg', bytes: await encodeJpeg(citizen.renderPortrait(), 90) };
  });

  const asPortrait = async (image: Pixels): Promise<string> => {
    const { portraitCheck } = await engine.openSession({ portrait: { mediaType: 'image/jpeg', bytes: await encodeJpeg(image, 90) }, policy: facePolicy });
    return portraitCheck.status === 'fail' ? portraitCheck.code : portraitCheck.status;
  };

  /** Shows a session what the actor makes of each frame and the events so far; answers with the code and the first hint other than `ok`. */
  async function stream(script: LivenessScript, frameAt: (frame: number, events: readonly FaceEvent[]) => Promise<Pixels>): Promise<{ readonly end: string; readonly hint: string | undefined }> {
    const session = await engine.openSession({ portrait, policy: facePolicy });
    const events: FaceEvent[] = session.begin(script);
    for (let index = 0; index < 200 && !events.some(({ type }) => type === 'captureComplete'); index++) {
      const image = await frameAt(index, events);
      // No two frames of a sensor are alike.
      const noisy = { ...image, data: image.data.map((value, i) => Math.min(255, value + (Math.imul(i + 1, 2_654_435_761 + 2 * index) >>> 31))) };
      const jpeg = await encodeJpeg(noisy, 85);
      const before = performance.now();
      events.push(...(await session.addFrame({ index, capturedAtMs: FRAME_MS * index, receivedAtMs: FRAME_MS * index + 40, jpeg })));
      expect(performance.now() - before).toBeLessThan(MAX_FRAME_MS);
    }
    const fails = session.report().checks.flatMap((check) => (check.status === 'fail' ? [check.code] : []));
    return { end: fails.join(' '), hint: events.flatMap((event) => (event.type === 'hint' && event.hint !== 'ok' ? [event.hint] : []))[0] };
  }
  const still: LivenessScript = { profile: 'withoutLight', steps: [{ action: 'lookAhead', timeoutMs: LOOK_AHEAD_MS, pauseMs: 0 }, { action: 'smile', timeoutMs: LOOK_AHEAD_MS, pauseMs: 300 }] };

  const scenes: readonly (readonly [name: string, portrait: string, end: RegExp, hint: string | undefined, make: () => Promise<Pixels>])[] = [
    ['a drawn face', 'FACE_PORTRAIT_UNUSABLE', /^FACE_NOT_FOUND$/, 'noFace', smiley],
    // The detector takes these for faces. A portrait is the state's word; a stream still has to live, and to do as asked.
    ['a mannequin', 'pass', /^FACE_NOT_LIVE$/, undefined, mannequin],
    // The mesh of this one stands upright, on the chin: no measure of pose sees it.
    ['a face upside down', 'pass', /^FACE_(NOT_LIVE|LIVENESS_TIMEOUT)$/, 'relaxFace', upsideDown],
    ['a head tilted to the shoulder', 'FACE_PORTRAIT_UNUSABLE', /^FACE_LIVENESS_TIMEOUT$/, 'lookAhead', () => tilted(45)],
    ['a head tilted a little (honest twin)', 'pass', /^FACE_NOT_LIVE$/, undefined, () => tilted(15)],
    ['two faces', 'FACE_PORTRAIT_UNUSABLE', /^FACE_MULTIPLE$/, 'manyFaces', twoFaces],
    ['a face blurred until it is none', 'FACE_PORTRAIT_UNUSABLE', /^FACE_NOT_FOUND$/, 'noFace', blurred],
    ['a dark face', 'FACE_PORTRAIT_TOO_DARK', /^FACE_LIVENESS_TIMEOUT$/, 'tooDark', dark],
    ['a tiny face', 'FACE_PORTRAIT_TOO_SMALL', /^FACE_LIVENESS_TIMEOUT$/, 'tooFar', tiny],
  ];
  it.each(scenes)('%s: as a portrait %s; as a stream %s, with the hint %s', async (_name, portraitEnd, end, hint, make) => {
    const image = await make();
    expect({ portrait: await asPortrait(image), ...(await stream(still, async () => image)) }).toEqual({ portrait: portraitEnd, end: expect.stringMatching(end), hint });
  });

  it('a portrait with a small face, as old passports have, is taken; smaller than the eyes of a compared frame may be apart it is FACE_PORTRAIT_TOO_SMALL', async () => {
    expect(await asPortrait(await smaller(2))).toBe('pass');
    expect(await asPortrait(await smaller(4))).toBe('FACE_PORTRAIT_TOO_SMALL');
  });

  describe('mirrored', () => {
    it('as a portrait: taken, since a face is nearly its own mirror image', async () => {
      expect(await asPortrait(await mirrored(citizen.renderPortrait()))).toBe('pass');
    });

    let since: number | undefined;
    /** Turns to the left when asked to. */
    const turning = (shown: (image: Pixels) => Promise<Pixels>) => async (frame: number, events: readonly FaceEvent[]): Promise<Pixels> => {
      const asked = events.findLast(({ type }) => type === 'prompt' || type === 'actionSeen');
      if (asked?.type !== 'prompt' || asked.action === 'lookAhead') return shown(face);
      since ??= frame;
      return shown(citizen.renderFrame({ yawDeg: [0, 16, 32][Math.floor((frame - since) / 2) % 3]! }));
    };
    const turns: LivenessScript = { profile: 'withoutLight', steps: [{ action: 'lookAhead', timeoutMs: LOOK_AHEAD_MS, pauseMs: 0 }, { action: 'turnLeft', timeoutMs: 6000, pauseMs: 300 }] };

    it('as a stream: its turns go to the other side, FACE_LIVENESS_WRONG_ACTION; unmirrored the same person is seen to turn', async () => {
      since = undefined;
      expect((await stream(turns, turning(mirrored))).end).toBe('FACE_LIVENESS_WRONG_ACTION');
      since = undefined;
      expect((await stream(turns, turning((image) => Promise.resolve(image)))).end).toBe('');
    });
  });
});
