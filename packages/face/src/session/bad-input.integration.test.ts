import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BAD_FILES, type BadFile, castSeeds, createCitizen, createWornFiles, loadCanonicalMesh } from '@visavis/specimen';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convertModels } from '../models/convert-models.ts';
import { layOutNetworks } from '../models/lay-out-networks.ts';
import type { BadInput, WhatBecame } from './bad-input.fixture.ts';

/**
 * Bytes that are no picture, too much of one, or one of an unusual kind, through the whole engine in a process of its
 * own: each ends by its code in bounded time and memory, and the process that asked lives. What a scene or a subject
 * does that decodes well is in `bad-scenes.integration.test.ts`.
 */
const modelsDir = fileURLToPath(new URL('../../../../.state/models/', import.meta.url));
/** An input that takes longer never ends. */
const HANG_MS = 60_000;
/** Of worn files here; `VISAVIS_WORN_FILES` asks for more. */
const WORN = Number(process.env['VISAVIS_WORN_FILES'] ?? 60);
/** Mutations are of small files: none may cost what the largest portrait costs. */
const WORN_LIMITS = { cpuMs: 6000, peakMiB: 260 } as const;

const portrait = createCitizen({ seed: castSeeds[0]!, mesh: loadCanonicalMesh() }).renderPortrait();
let looker: ChildProcess;

beforeAll(async () => {
  await convertModels({ modelsDir, onProgress: () => undefined });
  await layOutNetworks({ modelsDir, onProgress: () => undefined });
  looker = fork(fileURLToPath(new URL('bad-input.fixture.ts', import.meta.url)), [modelsDir], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
  await once(looker, 'message');
});
afterAll(() => looker?.kill('SIGKILL'));

/** What became of it; a process that died of it, or never ends, is a failure of the test by name. */
async function show(input: BadInput): Promise<WhatBecame> {
  const over = new AbortController();
  const signal = AbortSignal.any([AbortSignal.timeout(HANG_MS), over.signal]);
  const died = once(looker, 'exit', { signal }).then(([code, by]) => {
    throw new Error(`the process died: ${String(code ?? by)}`);
  });
  died.catch(() => undefined);
  looker.send(input);
  try {
    const [became] = (await Promise.race([once(looker, 'message', { signal }), died])) as [WhatBecame];
    return became;
  } finally {
    over.abort();
  }
}

describe('a file that is hard on a decoder', () => {
  const each = BAD_FILES.flatMap((file) => [[file.name, 'portrait', file.asPortrait, file] as const, ...(file.asFrame === undefined ? [] : [[file.name, 'frame', file.asFrame, file] as const])]);
  it.each<readonly [string, BadInput['as'], string, BadFile]>(each)('%s, as a %s: %s', async (_name, as, end, file) => {
    const became = await show({ as, mediaType: file.mediaType, bytes: await file.make(portrait) });
    expect(became.end).toBe(end);
    expect(became.cpuMs).toBeLessThan(file.maxCpuMs);
    expect(became.peakMiB).toBeLessThan(file.maxMiB);
  });

  it(`${WORN} honest files with bytes changed and ends cut off, as portraits and as frames: a picture or a code`, { timeout: 120_000 + 400 * WORN }, async () => {
    const worn = await createWornFiles(portrait);
    const ends = new Map<string, number>();
    for (let index = 0; index < WORN; index++) {
      const { name, mediaType, bytes } = worn(index);
      for (const as of mediaType === 'image/jpeg' ? (['portrait', 'frame'] as const) : (['portrait'] as const)) {
        const { end, cpuMs, peakMiB } = await show({ as, mediaType, bytes });
        expect(end, name).toMatch(as === 'portrait' ? /^(pass|FACE_PORTRAIT_(UNUSABLE|TOO_DARK|TOO_LARGE|TOO_SMALL|FORMAT_UNSUPPORTED))$/ : /^(pass|FACE_FRAME_MALFORMED)$/);
        expect([cpuMs < WORN_LIMITS.cpuMs, peakMiB < WORN_LIMITS.peakMiB], `${name}: ${cpuMs} ms, ${peakMiB} MiB`).toEqual([true, true]);
        ends.set(`${as} ${end}`, (ends.get(`${as} ${end}`) ?? 0) + 1);
      }
    }
    // Mutations that only ever refuse, or never do, would try one path.
    for (const reached of ['portrait pass', 'portrait FACE_PORTRAIT_UNUSABLE', 'frame pass', 'frame FACE_FRAME_MALFORMED']) expect([...ends.keys()]).toContain(reached);
  });
});
