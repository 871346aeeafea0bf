import { conventionalCommands } from './chip/conventional-reading.ts';
import { makeMasterList } from './chip/make-master-list.ts';
import { measuredDocuments } from './chip/measured-documents.ts';
import { measureMasterList } from './chip/measure-master-list.ts';
import { measurePassiveAuthentication } from './chip/measure-passive-authentication.ts';
import { openSpecimenTrust } from './chip/open-specimen-trust.ts';
import { resignWithRsa } from './chip/resign-with-rsa.ts';
import { traceReading } from './chip/trace-reading.ts';
import { runSuite } from './chip/run-suite.ts';
import { singlyMs, wallTime } from './chip/wall-time.ts';

const RTTS_MS = [20, 60, 120] as const;
const EXTENDED_BYTES = 4096;

/** What reading and proving a chip takes. @param turns of each measurement of speed */
export async function benchChip(turns: number, progress: (line: string) => void): Promise<Readonly<Record<string, unknown>>> {
  const atMs = Date.now();
  const documents = measuredDocuments(atMs);
  const trustStore = openSpecimenTrust(documents.state.trustAnchors);
  const trace = (name: 'paceCa' | 'bacAa', extendedLengthBytes?: number) => traceReading({ passport: documents[name], trustStore, atMs, extendedLengthBytes });
  const counted = (name: 'paceCa' | 'bacAa') => {
    const [short, extended] = [trace(name), trace(name, EXTENDED_BYTES)];
    progress(`${name}: ${short.batches.map(({ commands }) => commands).join('+')} commands; extended ${extended.batches.map(({ commands }) => commands).join('+')}`);
    return { short, figures: { roundTrips: Math.max(short.batches.length, extended.batches.length), apdusShort: short.commands, apdusExtended: extended.commands, bytes: short.bytes } };
  };
  const paceCa = counted('paceCa');
  const bacAa = counted('bacAa');
  const conventional = conventionalCommands(paceCa.short, documents.paceCa);
  const wall = RTTS_MS.map((rttMs) => wallTime(paceCa.short, conventional, rttMs));
  for (const { rttMs, batchedMs, relayedMs } of wall) progress(`${rttMs} ms: ${(relayedMs / batchedMs).toFixed(2)} times as fast as ${conventional} commands relayed one by one, ${(singlyMs(paceCa.short, rttMs) / batchedMs).toFixed(2)} times as its own ${paceCa.short.commands} so`);
  const csca = documents.state.trustAnchors.cscaCertificates[0]!;
  const ec = measurePassiveAuthentication({ passport: documents.paceCa, csca, trustStore, atMs, turns });
  const rsaDocument = resignWithRsa(documents.paceCa, documents.state.trustAnchors);
  const rsa = measurePassiveAuthentication({ passport: rsaDocument.passport, csca: rsaDocument.trustAnchors.cscaCertificates[0]!, trustStore: openSpecimenTrust(rsaDocument.trustAnchors), atMs, turns });
  progress(`passive authentication: EC ${JSON.stringify(ec)}, RSA ${JSON.stringify(rsa)}`);
  const masterList = measureMasterList({ ...makeMasterList({ csca, sod: documents.paceCa.files.sod }), atMs, turns });
  progress(`a master list of ${masterList.certificates} certificates is verified, accounted for and ready in ${masterList.ms} ms`);
  const suite = await runSuite(atMs);
  progress(`${suite.quirks} quirks read, in round trips ${JSON.stringify(suite.roundTrips)}; ${suite.attacks} attacks held off`);
  return { paceCa: paceCa.figures, bacAa: bacAa.figures, wall, passiveAuthentication: { ec, rsa }, masterList, suite };
}
