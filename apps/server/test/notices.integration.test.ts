import { dismissNotice, eraseIdentity, giveNotice, inTransaction, listNotices } from '@visavis/registry';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enrolAt } from './registry-citizen.ts';
import { startTestRegistry, type TestRegistry } from './start-test-registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
beforeEach(() => registry.moveTo('2026-11-22T12:00:00Z'));
afterAll(() => registry?.close());

const kinds = async (identityId: string) => (await listNotices(registry, identityId)).map(({ kind }) => kind);

describe('notices', () => {
  it('are there with what they are about, or not at all', async () => {
    const { identityId } = await enrolAt(registry);
    await inTransaction(registry.pool, (client) => giveNotice(client, registry, identityId, 'deviceAdded'));
    await inTransaction(registry.pool, async (client) => {
      await giveNotice(client, registry, identityId, 'identityFrozen');
      throw new Error('rolled back');
    }).catch(() => undefined);
    expect(await listNotices(registry, identityId)).toEqual([{ noticeId: expect.any(String), kind: 'deviceAdded', at: '2026-11-22T12:00:00.000Z' }]);
  });

  it('are put away by their holder, and by nobody else', async () => {
    const [citizen, other] = [await enrolAt(registry), await enrolAt(registry)];
    await giveNotice(registry.pool, registry, citizen.identityId, 'deviceAdded');
    const [notice] = await listNotices(registry, citizen.identityId);
    await dismissNotice(registry, other.identityId, notice!.noticeId);
    expect(await kinds(citizen.identityId)).toEqual(['deviceAdded']);
    await dismissNotice(registry, citizen.identityId, notice!.noticeId);
    expect(await kinds(citizen.identityId)).toEqual([]);
  });

  it('are twenty at most, the newest, and go with the identity', async () => {
    const { identityId } = await enrolAt(registry);
    await giveNotice(registry.pool, registry, identityId, 'identityFrozen');
    for (let minute = 1; minute <= 20; minute++) {
      registry.moveTo(`2026-11-22T12:${String(minute).padStart(2, '0')}:00Z`);
      await giveNotice(registry.pool, registry, identityId, 'deviceAdded');
    }
    expect(await kinds(identityId)).toEqual(Array.from({ length: 20 }, () => 'deviceAdded'));
    expect((await eraseIdentity(registry, identityId, 'citizen', (claims) => registry.signReceipt(claims))).ok).toBe(true);
    expect(await kinds(identityId)).toEqual([]);
  });
});
