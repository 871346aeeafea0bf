import { createHash } from 'node:crypto';
import { defaultTrustPolicy, openTrustStore } from '@visavis/emrtd';
import { percentile } from '../percentile.ts';
import { derAt, derObject, derObjects } from './der-objects.ts';

/** As the German list of May 2026. */
const CERTIFICATES = 588;

/** Time to read the certificates of a master list and have them ready for documents. Keys are imported when a document first needs one; whether a list's own signature holds is not part of it. */
export function measureMasterList(o: { readonly like: Uint8Array; readonly turns: number }): { readonly certificates: number; readonly ms: number } {
  const cscaCertificates = Array.from({ length: CERTIFICATES }, (_, i) => renumbered(o.like, i));
  const times = Array.from({ length: o.turns }, () => {
    const startedMs = performance.now();
    const opened = openTrustStore({ cscaCertificates, crls: [], deviationLists: [], policy: defaultTrustPolicy });
    if (!opened.ok) throw new Error(opened.fault.code);
    return performance.now() - startedMs;
  });
  return { certificates: CERTIFICATES, ms: Number(percentile(times, 50).toFixed(1)) };
}

/** The same authority under another serial number, so that no two are one. */
function renumbered(der: Uint8Array, number: number): Uint8Array {
  const [tbs, ...rest] = derObjects(derAt(der, 0).value);
  const fields = derObjects(tbs!.value).map(({ raw }) => raw);
  const serialNumber = createHash('sha256').update(String(number)).digest().subarray(0, 8);
  serialNumber[0] = 0x53;
  return derObject(0x30, derObject(0x30, ...fields.with(1, derObject(0x02, serialNumber))), ...rest.map(({ raw }) => raw));
}
