import { describe, expect, it } from 'vitest';
import { makeMasterList } from './make-master-list.ts';
import { measuredDocuments } from './measured-documents.ts';
import { conventionalCommands } from './conventional-reading.ts';
import { measureMasterList } from './measure-master-list.ts';
import { measurePassiveAuthentication } from './measure-passive-authentication.ts';
import { openSpecimenTrust } from './open-specimen-trust.ts';
import { resignWithRsa } from './resign-with-rsa.ts';
import { traceReading } from './trace-reading.ts';
import { wallTime } from './wall-time.ts';

const atMs = Date.UTC(2026, 10, 27, 9);
const documents = measuredDocuments(atMs);
const trustStore = openSpecimenTrust(documents.state.trustAnchors);
const trace = (name: 'paceCa' | 'bacAa', extendedLengthBytes?: number) => traceReading({ passport: documents[name], trustStore, atMs, extendedLengthBytes });

describe('the chip’s benchmark', () => {
  it.each([['paceCa', 6, 94, 20], ['bacAa', 4, 83, 13]] as const)('%s: at most %i round trips, %i short commands, %i extended', (name, roundTrips, short, extended) => {
    const [byShort, byExtended] = [trace(name), trace(name, 4096)];
    expect(byShort.commands).toBeLessThanOrEqual(short);
    expect(byExtended.commands).toBeLessThanOrEqual(extended);
    expect(Math.max(byShort.batches.length, byExtended.batches.length)).toBeLessThanOrEqual(roundTrips);
    expect(byShort.commands).toBe(byShort.reading.commands);
  });

  it('batches are three times as fast as relaying at 60 ms, and within 6.5 round trips of a terminal in the phone', () => {
    const short = trace('paceCa');
    const conventional = conventionalCommands(short, documents.paceCa);
    // Published for JMRTD: 104.
    expect(Math.abs(conventional - 104)).toBeLessThanOrEqual(3);
    for (const rttMs of [20, 60, 120]) {
      const { batchedMs, relayedMs, localMs } = wallTime(short, conventional, rttMs);
      expect(batchedMs).toBeLessThanOrEqual(localMs + 6.5 * rttMs);
      if (rttMs >= 60) expect(relayedMs / batchedMs).toBeGreaterThanOrEqual(3);
    }
  });

  it('measures documents that verify, with elliptic keys and with RSA', () => {
    const rsa = resignWithRsa(documents.paceCa, documents.state.trustAnchors);
    for (const { passport, trustAnchors } of [{ passport: documents.paceCa, trustAnchors: documents.state.trustAnchors }, rsa]) {
      const { perSecond, ratioToBareCrypto } = measurePassiveAuthentication({ passport, csca: trustAnchors.cscaCertificates[0]!, trustStore: openSpecimenTrust(trustAnchors), atMs, turns: 1 });
      expect(perSecond).toBeGreaterThan(0);
      expect(ratioToBareCrypto).toBeGreaterThan(0);
    }
    expect(() => measurePassiveAuthentication({ passport: rsa.passport, csca: rsa.trustAnchors.cscaCertificates[0]!, trustStore, atMs, turns: 1 })).toThrow(/must verify/);
  });

  it('makes a master list that is believed, each certificate accounted for', () => {
    expect(measureMasterList({ ...makeMasterList({ csca: documents.state.trustAnchors.cscaCertificates[0]!, sod: documents.paceCa.files.sod }), atMs, turns: 1 })).toMatchObject({ certificates: 588 });
  });
});
