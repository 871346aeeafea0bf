import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { castSeeds, createActor, createCitizen, encodeJpeg, loadCanonicalMesh } from '@visavis/specimen';
import { beforeAll, describe, expect, it } from 'vitest';
import { createFaceEngine, type FaceEvent, type LivenessScript } from '../index.ts';
import { drawLightCode } from '../light/light-code.ts';
import { convertModels } from '../models/convert-models.ts';
import { layOutNetworks } from '../models/lay-out-networks.ts';
import { facePolicy } from '../policy/index.ts';
import type { CaptureFrame } from './face-session.ts';
import { type RecordedStream, type Replayed, replayStream } from './replay-stream.fixture.ts';

const modelsDir = fileURLToPath(new URL('../../../../.state/models/', import.meta.url));
const FRAME_MS = 120;
const NETWORK_MS = 45;

type Citizen = ReturnType<typeof createCitizen>;

let at = 0;
const colours = drawLightCode({ random: (n) => new Uint8Array(n).map(() => (at += 89)), symbols: facePolicy.script.lightSymbols.value });
const script: LivenessScript = {
  profile: 'standard',
  steps: (['lookAhead', 'turnLeft', 'watchScreen', 'smile', 'openMouth'] as const).map((action) => ({ action, timeoutMs: 15_000, pauseMs: 300, light: action === 'watchScreen' ? { symbolMs: facePolicy.script.lightSymbolMs.value, colours } : undefined })),
};

/** An honest stream, answered as the session asks; what is kept is what a device would have sent. */
async function record(citizen: Citizen): Promise<RecordedStream> {
  const portrait = await encodeJpeg(citizen.renderPortrait(), 90);
  const session = await (await createFaceEngine({ modelsDir })).openSession({ portrait: { mediaType: 'image/jpeg', bytes: portrait }, policy: facePolicy });
  const actor = createActor({ citizen, seed: 1 });
  const frames: CaptureFrame[] = [];
  const hear = (events: readonly FaceEvent[], atMs: number): boolean => {
    for (const event of events) {
      if (event.type === 'prompt') actor.prompt(event.action, atMs);
      if (event.type === 'actionSeen') actor.prompt('lookAhead', atMs);
      if (event.type === 'screenLight') actor.light(event.rgb, atMs);
    }
    return events.some(({ type }) => type === 'captureComplete');
  };
  hear(session.begin(script), 0);
  for (let index = 0; index < 400; index++) {
    const capturedAtMs = FRAME_MS * index;
    const receivedAtMs = capturedAtMs + NETWORK_MS;
    const jpeg = await encodeJpeg(actor.frameAt(capturedAtMs), 85);
    const frame = { index, capturedAtMs, receivedAtMs, jpeg };
    frames.push(frame);
    if (hear(await session.addFrame(frame), receivedAtMs)) break;
  }
  return { modelsDir, portrait, script, frames };
}

async function replayElsewhere(stream: RecordedStream): Promise<Replayed> {
  const child = fork(fileURLToPath(new URL('replay-stream.fixture.ts', import.meta.url)), ['child'], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  try {
    child.send(stream);
    const [replayed] = (await once(child, 'message')) as [Replayed];
    return replayed;
  } finally {
    child.kill('SIGKILL');
  }
}

describe('the same frames under the same policy', () => {
  let stream: RecordedStream;

  beforeAll(async () => {
    await convertModels({ modelsDir, onProgress: () => undefined });
    await layOutNetworks({ modelsDir, onProgress: () => undefined });
    stream = await record(createCitizen({ seed: castSeeds[0]!, mesh: loadCanonicalMesh() }));
  }, 240_000);

  it('come out bit for bit the same three times here and once in another process: events, embeddings and report', { timeout: 240_000 }, async () => {
    const first = await replayStream(stream);
    expect(first.notPassed).toEqual(['noNetwork']);
    expect(first.embeddings).toBeGreaterThan(10);
    for (let again = 0; again < 2; again++) expect(await replayStream(stream)).toEqual(first);
    expect(await replayElsewhere(stream)).toEqual(first);
  });

  it('and one picture that is another makes another hash, so that the comparison can fail', { timeout: 240_000 }, async () => {
    const frames = stream.frames.slice(0, 8);
    // The baseline's eighth frame is embedded: it is held against itself and against another picture of the same moment.
    const other = frames.map((frame) => (frame.index === 7 ? { ...frame, jpeg: stream.frames[8]!.jpeg } : frame));
    expect((await replayStream({ ...stream, frames: other })).sha256).not.toBe((await replayStream({ ...stream, frames })).sha256);
  });
});
