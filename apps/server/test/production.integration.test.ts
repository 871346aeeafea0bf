import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Walls } from '@visavis/booth';
import { createSpecimenState } from '@visavis/specimen';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfiguration } from '../src/configuration.ts';
import type { LoggedEvent } from '../src/event-log.ts';
import { startServer } from '../src/start-server.ts';
import { freePort, standingWalls, testBoothPool } from './start-test-server.ts';

/** The whole server on its own database, with booths that only say which walls they have. */
describe('a server that starts', () => {
  let folder: string;
  let dataDir: string;
  const events: LoggedEvent[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'visavis-test-'));
    dataDir = await mkdtemp('/var/tmp/visavis-test-pg-');
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await rm(dataDir, { recursive: true, force: true });
  });

  async function start(mode: 'production' | 'demo', walls: Walls, settings: Readonly<Record<string, string>> = {}): Promise<'started'> {
    const configuration = readConfiguration({ VISAVIS_MODE: mode, VISAVIS_PORT: String(await freePort()), VISAVIS_STATE_DIR: path.join(folder, 'state'), VISAVIS_POSTGRES_DIR: dataDir, VISAVIS_SITE_DIR: folder, ...settings }, true);
    const server = await startServer(configuration, (event) => events.push(event), () => Promise.resolve({ ...testBoothPool(new Map()), walls: () => walls }));
    const health = (await (await fetch(`${server.url}/health`)).json()) as { walls: Walls };
    expect(health.walls).toEqual(walls);
    await server.stop();
    return 'started';
  }

  it('for production stands behind walls', async () => {
    expect(await start('production', standingWalls)).toBe('started');
    expect(events.filter(({ event }) => event === 'walls.missing')).toEqual([]);
  });

  it('for production refuses to with a gap in them, names it and says how to close it', async () => {
    await expect(start('production', { ...standingWalls, noSwap: false, systemCallFilter: false })).rejects.toThrow(/^START_WALLS_MISSING: .*\n {2}- systemCallFilter \(.*install bubblewrap.*\)\n {2}- noSwap \(.*swapoff.*\)$/);
  });

  it('for the demo starts all the same, and says which are missing', async () => {
    expect(await start('demo', { ...standingWalls, noSwap: false, systemCallFilter: false })).toBe('started');
    expect(events).toContainEqual({ event: 'walls.missing', codes: ['systemCallFilter', 'noSwap'] });
  });

  it('for production refuses a made-up state, whatever its file says of it, which the demo accepts', async () => {
    const state = createSpecimenState({ seed: 'production', nowMs: Date.now() });
    const anchors = path.join(folder, 'anchors.json');
    const base64 = (list: readonly Uint8Array[]) => list.map((der) => Buffer.from(der).toString('base64'));
    for (const specimen of [true, false]) {
      await writeFile(anchors, JSON.stringify({ specimen, cscaCertificates: base64(state.trustAnchors.cscaCertificates), crls: base64(state.trustAnchors.crls) }));
      await expect(start('production', standingWalls, { VISAVIS_TRUST_ANCHORS_FILE: anchors })).rejects.toThrow(/^START_SPECIMEN_ANCHOR: /);
    }
    expect(await start('demo', standingWalls, { VISAVIS_TRUST_ANCHORS_FILE: anchors })).toBe('started');
  });
});
