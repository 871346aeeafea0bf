import { err, MalformedBytes, ok, type Result } from '@visavis/kernel';
import { type EmrtdFault, emrtdFaults } from '../faults.ts';
import { parseSignedData } from '../pki/parse-signed-data.ts';
import { type Deviation, type DeviationList, readDeviations } from './parse-deviation-list.ts';
import { type ListImportOptions, type ListSigner, verifyListSigner } from './verify-list-signer.ts';

const ID_DEVIATION_LIST = '2.23.136.1.1.7';
const ID_DEVIATION_LIST_SIGNING = '2.23.136.1.1.8';

/**
 * Reads what a state says about documents that it made wrongly. Establishes that an authority which the operator named
 * stands behind the list; the list speaks of that state's documents only.
 * @param cms the file, from anybody
 * @faults TRUST_LIST_*
 * @source ICAO 9303-12 §8
 */
export function importDeviationList(cms: Uint8Array, options: ListImportOptions): Result<DeviationList & ListSigner, EmrtdFault> {
  const malformed = (reason: string): Result<never, EmrtdFault> => err(emrtdFaults.fault('TRUST_LIST_MALFORMED', { reason }));
  const signedData = parseSignedData(cms);
  if (signedData?.contentType !== ID_DEVIATION_LIST) return malformed(signedData === undefined ? 'structure' : 'content type');
  const signer = verifyListSigner(signedData, ID_DEVIATION_LIST_SIGNING, options);
  if (!signer.ok) return signer;
  const deviations = parseDeviations(signedData.content);
  return deviations === undefined ? malformed('content') : ok({ ...signer.value, country: signer.value.signer.issuerCountry, deviations });
}

function parseDeviations(content: Uint8Array): readonly Deviation[] | undefined {
  try {
    return readDeviations(content);
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return undefined;
    throw thrown;
  }
}
