import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createSpecimenState } from '@visavis/specimen';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { castMember } from '../../apps/cli/src/citizen/cast-member.ts';
import { createCitizenDevice, enrolCitizen } from '../../apps/cli/src/citizen/enrol-citizen.ts';
import { createPresenterCamera } from '../../apps/cli/src/citizen/presenter-camera.ts';
import { processTree } from '../../apps/cli/src/system/process-tree.ts';
import { startSystem, type System } from '../../apps/cli/src/system/start-system.ts';
import { anchorsOf, passportInHand } from '../support/passport-in-hand.ts';
import { type Needle, windowsOf } from '../support/search-memory.ts';

/**
 * No process of the server ever holds a decrypted frame or a portrait, during an enrolment or after it; the same
 * search finds both inside the living booth (positive control). The citizen's device and the made-up state are this
 * test's own process: they are not the server.
 */

const WINDOWS_PER_IMAGE = 12;
/** Frames whose bytes are looked for: the newest ones still lie in the booth. */
const FRAMES = 25;
/** Some ten frames, more than fit into the stream between the cells: the rest waits in the chip cell's own memory. */
const HOLD_MS = 1000;

let system: System;

afterAll(async () => {
  await system?.stop();
});

interface Finding {
  readonly process: string;
  readonly found: readonly string[];
  readonly searchedBytes: number;
}

const cellOf = (commandLine: string): string | undefined => /^[^ ]*node .*(chip-cell|face-cell)/.exec(commandLine)?.[1];

async function search(processes: ReturnType<typeof processTree>, needles: readonly Needle[]): Promise<Finding[]> {
  const worker = new Worker(new URL('../support/search-worker.ts', import.meta.url), { workerData: { pids: processes.map(({ pid }) => pid), needles } });
  const [results] = (await once(worker, 'message')) as [readonly { pid: number; found: readonly string[]; searchedBytes: number }[]];
  return results.map(({ pid, ...rest }) => ({ process: `${processes.find((one) => one.pid === pid)!.commandLine} ${pid}`, ...rest }));
}

/**
 * A frame lives in the booth for some 40 ms and is wiped: the face cells are held still for as long as they are
 * searched, and what to look for is asked only then, or those frames would be gone.
 */
async function searchLivingBooth(serverPid: number, needles: () => Promise<readonly Needle[]>): Promise<Finding[]> {
  const cells = processTree(serverPid).filter(({ commandLine }) => cellOf(commandLine) !== undefined);
  const held = cells.filter(({ commandLine }) => cellOf(commandLine) === 'face-cell');
  for (const { pid } of held) process.kill(pid, 'SIGSTOP');
  try {
    await delay(HOLD_MS);
    return await search(cells, await needles());
  } finally {
    for (const { pid } of held) process.kill(pid, 'SIGCONT');
  }
}

const serverProcesses = (serverPid: number): ReturnType<typeof processTree> => processTree(serverPid).filter(({ commandLine }) => cellOf(commandLine) === undefined);

describe('the server', () => {
  it('holds no decrypted frame and no portrait, during an enrolment and after it, while the living booth does', async () => {
    const member = await castMember(7);
    const portrait = new Uint8Array(Buffer.from(member.passportOrder.portrait, 'base64'));
    const state = createSpecimenState({ seed: 'a state of the memory test', nowMs: Date.now() });
    const passport = state.mintPassport({ ...member.passportOrder, portrait, access: 'paceAndBac', authentication: 'both' });
    system = await startSystem({ ports: 'free', booths: 1, moreAnchors: anchorsOf(state) });

    const frames: Uint8Array[] = [];
    const needles = async (): Promise<Needle[]> => {
      const newest = frames.slice(-FRAMES);
      const pixels = await Promise.all(newest.map(async (jpeg) => ({ name: 'decoded pixels', bytes: new Uint8Array(await sharp(jpeg).raw().toBuffer()) })));
      return [
        ...windowsOf('portrait', portrait, WINDOWS_PER_IMAGE),
        ...newest.flatMap((jpeg) => windowsOf('frame', jpeg, WINDOWS_PER_IMAGE)),
        ...pixels.flatMap(({ name, bytes }) => windowsOf(name, bytes, WINDOWS_PER_IMAGE)),
      ];
    };
    /** One enrolment, and a search in the middle of its capture. */
    const enrolAndSearch = async (look: (patterns: typeof needles) => Promise<Finding[]>): Promise<{ readonly ended: string; readonly findings: readonly Finding[] }> => {
      let during: Promise<Finding[]> | undefined;
      const enrolled = await enrolCitizen({
        device: createCitizenDevice(system.siteUrl),
        passport: passportInHand(passport),
        camera: createPresenterCamera(member.presenter(3), (jpeg) => frames.push(jpeg)),
        onProgress: (progress) => {
          if (progress.stage === 'actionSeen' && progress.index === 1) during = look(needles);
        },
      });
      return { ended: enrolled.ok ? 'accepted' : enrolled.fault.code, findings: (await during) ?? [] };
    };

    const honest = await enrolAndSearch(async (patterns) => search(serverProcesses(system.server.pid), await patterns()));
    expect(honest.ended).toBe('accepted');
    for (const part of ['apps/server', 'postgres']) expect(honest.findings.some(({ process }) => process.includes(part)), part).toBe(true);
    for (const { process, searchedBytes } of honest.findings) expect(searchedBytes, process).toBeGreaterThan(1_000_000);
    for (const { process, found } of honest.findings) expect(found, `during, ${process}`).toEqual([]);

    // Holding a cell still may cost that attempt; what it ends in is not asked here.
    const control = await enrolAndSearch((patterns) => searchLivingBooth(system.server.pid, patterns));
    expect([...new Set(control.findings.flatMap(({ found }) => found))].toSorted(), 'positive control: the living booth').toEqual(['decoded pixels', 'frame', 'portrait']);

    const after = await search(processTree(system.server.pid), await needles());
    for (const part of ['apps/server', 'postgres']) expect(after.some(({ process }) => process.includes(part)), part).toBe(true);
    for (const { process, found } of after) expect(found, `after, ${process}`).toEqual([]);
  });
});
