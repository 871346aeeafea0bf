import { createEnrolment, type LogEntry } from '@visavis/contract';
import type { Registry } from '@visavis/registry';
import { describe, expect, it } from 'vitest';
import { testBoothPool } from '../test/start-test-server.ts';
import { consent, newDeviceKey, randomId } from '../test/test-citizen.ts';
import { createBoothDesk } from './booth-desk.ts';
import type { OperatorSigner } from './operator-signer.ts';

describe('a booth that was logged and then given to nobody', () => {
  it('has its end in the log too', async () => {
    const entries: LogEntry[] = [];
    const registry = {
      pool: { query: () => Promise.resolve({ rows: [], rowCount: 0 }) },
      clock: Date.now,
      random: (n: number) => crypto.getRandomValues(new Uint8Array(n)),
      log: {
        append: (entry: LogEntry) => {
          entries.push(entry);
          return Promise.resolve({ opening: { salt: '', text: '' }, proof: '' });
        },
      },
    } as unknown as Registry;
    const signer = { certifyBooth: () => Promise.reject(new Error('away')), signReceipt: () => Promise.resolve('a.b.c') } as unknown as OperatorSigner;
    const desk = createBoothDesk({ pool: testBoothPool(new Map()), registry, signer, trustAnchors: { specimen: true, cscaCertificates: [], crls: [] }, log: () => undefined, count: () => undefined });
    const key = await newDeviceKey();
    await expect(desk.begin(createEnrolment.parse({ requestId: randomId(), clientKey: key.publicKey, consent }), key.thumbprint)).rejects.toThrow('away');
    await expect.poll(() => entries.map(({ kind }) => kind)).toEqual(['boothOpened', 'boothEnded']);
    expect(entries[1]).toMatchObject({ outcome: 'failed', boothKeyHash: (entries[0] as Extract<LogEntry, { kind: 'boothOpened' }>).boothKeyHash });
  });
});
