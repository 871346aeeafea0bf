import { createChip, createSpecimenState, transmitBatch } from '@visavis/specimen';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { castMember } from '../../apps/cli/src/citizen/cast-member.ts';
import { createCitizenDevice, enrolCitizen } from '../../apps/cli/src/citizen/enrol-citizen.ts';
import { createPresenterCamera } from '../../apps/cli/src/citizen/presenter-camera.ts';
import { startSystem, type System } from '../../apps/cli/src/system/start-system.ts';
import { type Needle, processTree, searchMemory, windowsOf } from '../support/search-memory.ts';

/**
 * No process of the server ever holds a decrypted frame or a portrait, during an enrolment or after it; the same
 * search finds both inside the living booth (positive control). The citizen's device and the made-up state are this
 * test's own process: they are not the server.
 */

const WINDOWS_PER_IMAGE = 12;
/** Frames whose bytes are looked for: the newest ones still lie in the booth. */
const FRAMES = 25;

let system: System;

afterAll(async () => {
  await system?.stop();
});

interface Search {
  /** By process of the server's own, and by cell: which images were found. */
  readonly server: Readonly<Record<string, readonly string[]>>;
  readonly booth: Readonly<Record<string, readonly string[]>>;
}

function searchEverything(serverPid: number, needles: readonly Needle[]): Search {
  const server: Record<string, readonly string[]> = {};
  const booth: Record<string, readonly string[]> = {};
  for (const { pid, commandLine } of processTree(serverPid)) {
    const cell = /^[^ ]*node .*(chip-cell|face-cell)/.exec(commandLine)?.[1];
    let found: ReadonlySet<string>;
    try {
      ({ found } = searchMemory(pid, needles));
    } catch {
      // A PostgreSQL worker or a cell that ended while we looked.
      continue;
    }
    const name = `${cell ?? commandLine.slice(0, 40)} ${pid}`;
    (cell === undefined ? server : booth)[name] = [...found].toSorted();
  }
  return { server, booth };
}

describe('the server', () => {
  it('holds no decrypted frame and no portrait, during an enrolment and after it, while the living booth does', async () => {
    const member = await castMember(7);
    const portrait = new Uint8Array(Buffer.from(member.passportOrder.portrait, 'base64'));
    const state = createSpecimenState({ seed: 'a state of the memory test', nowMs: Date.now() });
    const passport = state.mintPassport({ ...member.passportOrder, portrait, access: 'paceAndBac', authentication: 'both' });
    const chip = createChip(passport);
    const base64 = (der: Uint8Array): string => Buffer.from(der).toString('base64');
    system = await startSystem({ ports: 'free', booths: 1, moreAnchors: { cscaCertificates: state.trustAnchors.cscaCertificates.map(base64), crls: state.trustAnchors.crls.map(base64) } });

    const frames: Uint8Array[] = [];
    const needles = async (): Promise<Needle[]> => {
      const newest = frames.slice(-FRAMES);
      const { data } = await sharp(newest.at(-1)).raw().toBuffer({ resolveWithObject: true });
      const rows = Array.from({ length: 16 }, (_, i) => ({ name: 'decoded pixels', bytes: new Uint8Array(data.subarray((200 + 10 * i) * 480 * 3 + 600, (200 + 10 * i) * 480 * 3 + 632)) }));
      return [...windowsOf('portrait', portrait, WINDOWS_PER_IMAGE), ...newest.flatMap((jpeg) => windowsOf('frame', jpeg, WINDOWS_PER_IMAGE)), ...rows];
    };

    let during: Search | undefined;
    const enrolled = await enrolCitizen({
      device: createCitizenDevice(system.siteUrl),
      passport: {
        access: passport.access,
        documentNumber: passport.documentNumber,
        chip: {
          transmit: ({ batch, commands }) => {
            const { answers, ended } = transmitBatch(chip, commands.map(({ apdu, accept }) => ({ apdu: new Uint8Array(Buffer.from(apdu, 'hex')), accept })));
            return Promise.resolve({ batch, answers: answers.map((answer) => Buffer.from(answer).toString('hex')), ended });
          },
        },
      },
      camera: createPresenterCamera(member.presenter(3), (jpeg) => frames.push(jpeg)),
      onProgress: (progress) => {
        if (progress.stage === 'actionSeen' && progress.index === 2) void needles().then((patterns) => {
          during = searchEverything(system.server.pid, patterns);
        });
      },
    });

    expect(enrolled.ok ? 'accepted' : enrolled.fault.code).toBe('accepted');
    const patterns = await needles();
    await expect.poll(() => during).toBeDefined();
    const names = Object.keys(during!.server);
    expect(names.some((name) => name.includes('node'))).toBe(true);
    expect(names.some((name) => name.includes('postgres'))).toBe(true);
    for (const [name, found] of Object.entries(during!.server)) expect(found, `during, ${name}`).toEqual([]);
    expect([...new Set(Object.values(during!.booth).flat())].toSorted(), 'positive control: the living booth').toEqual(['decoded pixels', 'frame', 'portrait']);

    const after = searchEverything(system.server.pid, patterns);
    for (const [name, found] of Object.entries({ ...after.server, ...after.booth })) expect(found, `after, ${name}`).toEqual([]);
  });
});
