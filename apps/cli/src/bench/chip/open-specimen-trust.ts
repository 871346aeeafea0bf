import { defaultTrustPolicy, openTrustStore, type TrustStore } from '@visavis/emrtd';
import type { SpecimenState } from '@visavis/specimen';

/** The made-up state's own anchors, and no others. */
export function openSpecimenTrust(trustAnchors: SpecimenState['trustAnchors']): TrustStore {
  const opened = openTrustStore({ ...trustAnchors, deviationLists: [], policy: defaultTrustPolicy });
  if (!opened.ok) throw new Error(`the specimen state's anchors do not open: ${opened.fault.code}`);
  return opened.value;
}
