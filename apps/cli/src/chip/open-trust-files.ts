import { defaultTrustPolicy, importMasterList, openTrustStore, parseCertificate, type TrustStore } from '@visavis/emrtd';
import { err, ok, type Result } from '@visavis/kernel';
import { trustCommandFaults } from '../trust/faults.ts';
import { readBinaryFile } from '../trust/read-binary-file.ts';
import { type TrustSource, trustSources } from '../trust/trust-sources.ts';

/**
 * Opens certificates, master lists and CRLs that somebody named on the command line. Naming a certificate is trusting it.
 * A master list counts only under an authority that is named beside it: what a list carries can't vouch for the list.
 * @faults TRUST_*
 */
export async function openTrustFiles(o: { readonly trust: readonly string[]; readonly crls: readonly string[]; readonly atMs: number }): Promise<Result<TrustStore>> {
  // Who looks at files without any list of withdrawn certificates is told that revocation was not run.
  const policy = { ...defaultTrustPolicy, revocation: 'whereListed' } as const;
  const [trusted, withdrawn] = [await readSources(o.trust), await readSources(o.crls)];
  if (!trusted.ok) return trusted;
  if (!withdrawn.ok) return withdrawn;
  const notCrl = withdrawn.value.find(({ kind }) => kind !== 'crl');
  if (notCrl !== undefined) return err(trustCommandFaults.fault('TRUST_FILE_UNKNOWN', { file: 'crl' }));
  const named = trusted.value.filter(({ kind }) => kind === 'certificate').map(({ bytes }) => bytes);
  const anchors = named.flatMap((der) => parseCertificate(der) ?? []);
  const listed: Uint8Array[] = [];
  for (const { kind, bytes } of trusted.value) {
    if (kind !== 'masterList') continue;
    const list = importMasterList(bytes, { anchors, policy, atMs: o.atMs });
    if (!list.ok) return list;
    listed.push(...list.value.certificates.filter(({ use }) => use === 'anchor').map(({ der }) => der));
  }
  const crls = [...trusted.value.filter(({ kind }) => kind === 'crl'), ...withdrawn.value].map(({ bytes }) => bytes);
  return openTrustStore({ cscaCertificates: [...named, ...listed], crls, deviationLists: [], policy });
}

async function readSources(files: readonly string[]): Promise<Result<readonly TrustSource[]>> {
  const all: TrustSource[] = [];
  for (const file of files) {
    const read = await readBinaryFile(file);
    if (!read.ok) return read;
    const sources = trustSources(read.value.bytes, file);
    if (!sources.ok) return sources;
    all.push(...sources.value);
  }
  return ok(all);
}
