import { defaultTrustPolicy, importMasterList, openTrustStore, parseCertificate } from '@visavis/emrtd';
import { percentile } from '../percentile.ts';
import type { MasterList } from './make-master-list.ts';

/** From the file to a trust store that is ready for documents: the list's signature, every certificate's own, and what each is good for. */
export function measureMasterList(o: MasterList & { readonly atMs: number; readonly turns: number }): { readonly certificates: number; readonly ms: number } {
  const anchor = parseCertificate(o.anchor);
  if (anchor === undefined) throw new Error('the anchor is no certificate');
  let certificates = 0;
  const times = Array.from({ length: o.turns }, () => {
    const startedMs = performance.now();
    const imported = importMasterList(o.cms, { anchors: [anchor], policy: defaultTrustPolicy, atMs: o.atMs });
    if (!imported.ok) throw new Error(`the list was refused: ${imported.fault.code} ${JSON.stringify(imported.fault.detail)}`);
    const trusted = imported.value.certificates.filter(({ use }) => use === 'anchor').map(({ der }) => der);
    const opened = openTrustStore({ cscaCertificates: trusted, crls: [], deviationLists: [], policy: defaultTrustPolicy });
    if (!opened.ok) throw new Error(`the list does not open: ${opened.fault.code}`);
    certificates = imported.value.certificates.length;
    return performance.now() - startedMs;
  });
  return { certificates, ms: Number(percentile(times, 50).toFixed(1)) };
}
