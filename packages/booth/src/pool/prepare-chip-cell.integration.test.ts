import type { TrustAnchors } from '@visavis/contract';
import { createSpecimenState } from '@visavis/specimen';
import { describe, expect, it } from 'vitest';
import { bundledCell } from '../walls/cell-bundle.ts';
import { findBubblewrap } from '../walls/cell-command.ts';
import { openBooth } from './open-booth.ts';
import { isPreparedWith, prepareWith } from './prepare-chip-cell.ts';
import { startBehindWalls } from './start-behind-walls.ts';

const script = await bundledCell('chip-cell/main.ts');
const state = createSpecimenState({ seed: 'prepared', nowMs: Date.now() });
const base64 = (list: readonly Uint8Array[]) => list.map((der) => Buffer.from(der).toString('base64'));
const anchors: TrustAnchors = { specimen: true, cscaCertificates: base64(state.trustAnchors.cscaCertificates), crls: base64(state.trustAnchors.crls) };

describe('a chip cell that waits', () => {
  const startChipCell = () => startBehindWalls(findBubblewrap() === undefined ? 'permissionModel' : 'bubblewrap', { script, heapMiB: 64, memoryMiB: 256, cpuSeconds: 30, native: false, folders: [], arguments: [] }, 'ignore');

  /** @returns `born`, or why not */
  async function birth(ahead: TrustAnchors, withStart: TrustAnchors): Promise<string> {
    const chipCell = prepareWith(ahead)(startChipCell());
    expect(await chipCell.ready).toBeDefined();
    expect(isPreparedWith(chipCell, ahead)).toBe(true);
    const request = { enrolmentId: 'A'.repeat(22), clientKeyThumbprint: 'A'.repeat(43), consentId: 'A'.repeat(22), onEvent: () => {}, documentStatus: async () => 'notReported' as const };
    const opened = await openBooth({ ...request, trustAnchors: withStart, chipCell, takeFaceCell: async () => undefined, lifetimeMs: 60_000 });
    if (opened.ok) await opened.value.close('BOOTH_SHUT_DOWN');
    return opened.ok ? 'born' : opened.fault.code;
  }

  it('is born with the anchors that it read ahead', async () => {
    expect(await birth(anchors, anchors)).toBe('born');
  });

  it('is not born when those it read ahead hold no authority: BOOTH_TRUST_ANCHORS_INVALID', async () => {
    const none = { specimen: true, cscaCertificates: [], crls: [] };
    expect(await birth(none, none)).toBe('BOOTH_TRUST_ANCHORS_INVALID');
  });

  it('takes the anchors of the enrolment where they are others', async () => {
    expect(await birth(anchors, { specimen: true, cscaCertificates: [], crls: [] })).toBe('BOOTH_TRUST_ANCHORS_INVALID');
    expect(await birth({ specimen: true, cscaCertificates: [], crls: [] }, anchors)).toBe('born');
  });

  it('is not born when none came at all', async () => {
    const chipCell = startChipCell();
    await chipCell.ready;
    chipCell.send({ type: 'start', enrolmentId: 'A'.repeat(22), clientKeyThumbprint: 'A'.repeat(43), consentId: 'A'.repeat(22), limits: { chipSessions: 3, scripts: 2 } });
    await chipCell.gone;
    expect(chipCell.alive).toBe(false);
  });
});
