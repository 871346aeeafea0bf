import { access, rename, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { signTrustStore } from '@visavis/contract';
import { type Certificate, emrtdFaults, parseCertificate } from '@visavis/emrtd';
import { err, type Fault, ok, type Result, toPublic } from '@visavis/kernel';
import { describeCertificate, type DescribedCertificate } from './describe-certificate.ts';
import { diffStores } from './diff-stores.ts';
import { trustCommandFaults } from './faults.ts';
import { type ImportOrder, type ImportOutcome, importSources } from './import-sources.ts';
import { readBinaryFile } from './read-binary-file.ts';
import { readOperatorKey } from './read-operator-key.ts';
import { readStore } from './read-store.ts';
import { trustSources } from './trust-sources.ts';

const USAGES = {
  import: ['import --store FILE --key PRIVATE.pem --by NAME [--anchor CERT …] [--store-anchors] [--accept-links] FILE… [--json]', 'brings master lists, certificates, CRLs and deviation lists (DER, PEM, LDIF) into the store, and says what became of each certificate; a list counts only under an authority named for it'],
  list: ['list --store FILE --operator-key PUBLIC.pem [--country XX] [--json]', 'which authorities the store trusts, which not and why, and where each came from'],
  show: ['show --store FILE --operator-key PUBLIC.pem FINGERPRINT [--json]', 'one certificate; the start of its fingerprint is enough'],
  diff: ['diff --operator-key PUBLIC.pem FILE FILE [--json]', 'what changed from one store to another'],
} as const;

export const trustUsage = (): string => Object.values(USAGES).map(([usage, about]) => `  visavis trust ${usage}\n      ${about}`).join('\n');

/** Exit status 0: done; 1: refused, wholly or in part; 2: not asked properly. @param nowMs the time of the import, and that certificates' validity is told for */
export async function runTrust([command, ...args]: readonly string[], nowMs: number): Promise<number> {
  const asked = readArguments(args);
  const run = command !== undefined && Object.hasOwn(COMMANDS, command) ? COMMANDS[command as keyof typeof COMMANDS] : undefined;
  const done = asked && (await run?.(asked, nowMs));
  if (done === undefined || asked === undefined) {
    console.error(trustUsage());
    return 2;
  }
  if (done.ok) return done.value;
  tell(done.fault, asked.json);
  return 1;
}

type Asked = NonNullable<ReturnType<typeof readArguments>>;

function readArguments(args: readonly string[]) {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        store: { type: 'string' },
        key: { type: 'string' },
        'operator-key': { type: 'string' },
        by: { type: 'string' },
        anchor: { type: 'string', multiple: true, default: [] },
        country: { type: 'string' },
        'accept-links': { type: 'boolean', default: false },
        'store-anchors': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    return { ...values, files: positionals };
  } catch {
    return undefined;
  }
}

/** undefined: not asked properly. */
const COMMANDS = {
  async import({ store, key, by, anchor, files, json, 'accept-links': acceptLinks, 'store-anchors': useStoreAnchors }: Asked, nowMs: number): Promise<Result<number> | undefined> {
    if (store === undefined || key === undefined || by === undefined || files.length === 0) return undefined;
    const [signing, verifying] = [await readOperatorKey(key, 'sign'), await readOperatorKey(key, 'verify')];
    if (!signing.ok) return signing;
    if (!verifying.ok) return verifying;
    const existing = await readStore(store, verifying.value);
    // A store that is not there yet is made; one that is there and can't be believed is never written over.
    if (!existing.ok && !(existing.fault.code === 'TRUST_FILE_UNREADABLE' && (await isMissing(store)))) return existing;
    const anchors = await readAnchors(anchor);
    if (!anchors.ok) return anchors;
    const sources = await readSources(files);
    if (!sources.ok) return sources;
    const { store: changed, outcomes } = importSources(existing.ok ? existing.value : undefined, { sources: sources.value, anchors: anchors.value, useStoreAnchors, acceptLinks, by, atMs: nowMs });
    if (changed !== undefined) {
      await writeFile(`${store}.new`, await signTrustStore(changed, signing.value), { mode: 0o644 });
      await rename(`${store}.new`, store);
    }
    console.log(json ? JSON.stringify({ version: changed?.version, outcomes: outcomes.map(outcomeAsJson) }) : outcomes.map(outcomeInWords).join('\n'));
    return ok(outcomes.some(({ fault }) => fault !== undefined) ? 1 : 0);
  },

  async list(asked: Asked, nowMs: number): Promise<Result<number> | undefined> {
    const read = await openAsked(asked);
    if (read === undefined || asked.files.length > 0) return undefined;
    if (!read.ok) return read;
    const { store, sha256 } = read.value;
    const certificates = store.certificates.map((stored) => describeCertificate(stored, store, nowMs)).filter(({ country }) => asked.country === undefined || country === asked.country.toUpperCase());
    const count = (status: DescribedCertificate['status']): number => certificates.filter((certificate) => certificate.status === status).length;
    const counts = { certificates: certificates.length, trusted: count('trusted'), expired: count('expired'), refused: count('refused'), revocationLists: store.crls.length, deviationLists: store.deviationLists.length };
    if (asked.json) console.log(JSON.stringify({ version: store.version, sha256, ...counts, imports: store.imports, list: certificates }));
    else console.log([`version ${store.version}, SHA-256 ${sha256}`, JSON.stringify(counts), ...certificates.map(inOneLine)].join('\n'));
    return ok(0);
  },

  async show(asked: Asked, nowMs: number): Promise<Result<number> | undefined> {
    const [start, ...rest] = asked.files;
    const read = await openAsked(asked);
    if (read === undefined || start === undefined || rest.length > 0) return undefined;
    if (!read.ok) return read;
    const { store } = read.value;
    const [found, second] = store.certificates.map((stored) => describeCertificate(stored, store, nowMs)).filter(({ fingerprint }) => fingerprint.startsWith(start.toLowerCase()));
    if (found === undefined || second !== undefined) return err(trustCommandFaults.fault('TRUST_CERTIFICATE_UNKNOWN', { fingerprint: start }));
    console.log(JSON.stringify(found, undefined, asked.json ? undefined : 2));
    return ok(0);
  },

  async diff(asked: Asked, nowMs: number): Promise<Result<number> | undefined> {
    const [first, second, ...rest] = asked.files;
    if (first === undefined || second === undefined || rest.length > 0) return undefined;
    const [a, b] = [await openAsked({ ...asked, store: first }), await openAsked({ ...asked, store: second })];
    if (a === undefined || b === undefined) return undefined;
    if (!a.ok) return a;
    if (!b.ok) return b;
    const difference = diffStores(a.value, b.value, nowMs);
    if (asked.json) console.log(JSON.stringify(difference));
    else {
      const { versions, follows, added, removed, changed, revocationLists, deviationLists } = difference;
      const lists = (lists: { added: number; removed: number }): string => `+${lists.added} −${lists.removed}`;
      console.log([`version ${versions[0]} → ${versions[1]}${follows ? '' : ' (not made from it directly)'}; revocation lists ${lists(revocationLists)}; deviation lists ${lists(deviationLists)}`, ...added.map((c) => `+ ${inOneLine(c)}`), ...removed.map((c) => `− ${inOneLine(c)}`), ...changed.map(({ after }) => `~ ${inOneLine(after)}`)].join('\n'));
    }
    return ok(0);
  },
} as const;

async function openAsked({ store, 'operator-key': operatorKey }: Asked): Promise<Awaited<ReturnType<typeof readStore>> | undefined> {
  // Without a key nothing is known about a store: there is none that could be taken for granted.
  if (store === undefined || operatorKey === undefined) return undefined;
  const key = await readOperatorKey(operatorKey, 'verify');
  return key.ok ? readStore(store, key.value) : key;
}

const isMissing = async (file: string): Promise<boolean> => access(file).then(() => false, (error: NodeJS.ErrnoException) => error.code === 'ENOENT');

async function readSources(files: readonly string[]): Promise<Result<ImportOrder['sources']>> {
  const out: ImportOrder['sources'][number][] = [];
  for (const file of files) {
    const read = await readBinaryFile(file);
    if (!read.ok) return read;
    const sources = trustSources(read.value.bytes, file);
    if (!sources.ok) return sources;
    for (const source of sources.value) out.push({ file: basename(file), sha256: read.value.sha256, source });
  }
  return ok(out);
}

async function readAnchors(files: readonly string[]): Promise<Result<readonly Certificate[]>> {
  const sources = await readSources(files);
  if (!sources.ok) return sources;
  const anchors = sources.value.flatMap(({ source }) => (source.kind === 'certificate' ? (parseCertificate(source.bytes) ?? []) : []));
  return anchors.length === sources.value.length ? ok(anchors) : err(trustCommandFaults.fault('TRUST_FILE_UNKNOWN', { file: 'anchor' }));
}

function tell(fault: Fault, json: boolean): void {
  const { code, meaning, nextStep } = toPublic(fault, trustCommandFaults, emrtdFaults);
  if (json) console.log(JSON.stringify({ fault: { code, detail: fault.detail, meaning, nextStep } }));
  else console.error(`${code} ${JSON.stringify(fault.detail)}\n${meaning}\n${nextStep}`);
}

const counted = ({ certificates }: ImportOutcome) => ({
  certificates: certificates.length,
  trusted: certificates.filter(({ status }) => status === 'trusted').length,
  expired: certificates.filter(({ status }) => status === 'expired').length,
  refused: certificates.filter(({ status }) => status === 'refused').length,
});

function outcomeAsJson(outcome: ImportOutcome) {
  const { file, kind, country, fault, certificates } = outcome;
  const list = certificates.map(({ fingerprintHex, country: of, role, status, code, notes, vouchedByHex, use }) => ({ fingerprint: fingerprintHex, country: of, role, status, code, notes, vouchedBy: vouchedByHex, use }));
  return { file, kind, country, ...(fault === undefined ? {} : { code: fault.code, detail: fault.detail }), ...counted(outcome), list };
}

function outcomeInWords(outcome: ImportOutcome): string {
  const { file, kind, country, fault, certificates } = outcome;
  if (fault !== undefined) return `${file}: ${kind} refused: ${fault.code} ${JSON.stringify(fault.detail)}`;
  const { trusted, expired, refused } = counted(outcome);
  const peculiar = certificates.filter(({ code, notes, use }) => code !== undefined || notes.length > 0 || use === 'newKey');
  return [
    `${file}: ${kind}${country === undefined ? '' : ` of ${country}`}: ${certificates.length} certificates, ${trusted} trusted, ${expired} expired, ${refused} refused`,
    ...peculiar.map((c) => `  ${c.fingerprintHex.slice(0, 16)} ${c.country ?? '??'} ${c.code ?? c.status}${c.use === 'newKey' ? ' new key, by a link certificate only' : ''}${c.notes.length > 0 ? ` (${c.notes.join(', ')})` : ''}`),
  ].join('\n');
}

const inOneLine = (c: DescribedCertificate): string => `${c.fingerprint.slice(0, 16)} ${c.country ?? '??'} ${c.status}${c.code === undefined ? '' : ` ${c.code}`} ${c.role ?? ''} ${c.use} until ${c.notAfter?.slice(0, 10) ?? '?'} ${c.subject ?? ''} [${c.from.file}]`;
