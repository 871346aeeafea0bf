import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { type AccessKey, type AuthenticityReport, type DocumentReading, readDocument, type TrustStore, verifyAuthenticity } from '@visavis/emrtd';
import { type Fault, ok, type Result } from '@visavis/kernel';
import { openTrustFiles } from './open-trust-files.ts';
import { listReaders, openPcscCard } from './pcsc-card.ts';
import { checkJson, checkLine, publicFault, tellFault, verdictLine } from './tell.ts';

export const CHIP_READ_USAGE = 'read [--reader NAME (--mrz NUMBER,BIRTH,EXPIRY | --can NUMBER) --trust FILE [--crl FILE] [--json] [--out DIR]]';

/** Exit status 0: read, and every check passed; 1: not; 2: not asked properly. @param nowMs the time of the checks */
export async function runChipRead(args: readonly string[], nowMs: number): Promise<number> {
  if (args.length === 0) return tellReaders();
  const asked = readArguments(args);
  const access = asked?.reader === undefined || asked.trust.length === 0 ? undefined : await accessKey(asked.mrz, asked.can);
  if (asked?.reader === undefined || access === undefined) {
    console.error(`  visavis chip ${CHIP_READ_USAGE}`);
    return 2;
  }
  const read = await readCard({ ...asked, reader: asked.reader, access, nowMs });
  if (!read.ok) return tell({ json: asked.json, fault: read.fault });
  const { reading, trustStore } = read.value;
  if (asked.out !== undefined) await keepFiles(asked.out, reading);
  return tell({ json: asked.json, reading, report: verifyAuthenticity({ reading, trustStore, atMs: nowMs }) });
}

async function tellReaders(): Promise<number> {
  const readers = await listReaders();
  if (!readers.ok) return tell({ json: false, fault: readers.fault });
  console.log(readers.value.length === 0 ? 'no reader is connected' : readers.value.join('\n'));
  return 0;
}

/** @faults TRUST_*, PCSC_*, and whatever ends a reading */
async function readCard(o: { readonly reader: string; readonly access: AccessKey; readonly trust: readonly string[]; readonly crl: readonly string[]; readonly nowMs: number }): Promise<Result<{ readonly reading: DocumentReading; readonly trustStore: TrustStore }>> {
  const trustStore = await openTrustFiles({ trust: o.trust, crls: o.crl, atMs: o.nowMs });
  if (!trustStore.ok) return trustStore;
  const card = await openPcscCard(o.reader);
  if (!card.ok) return card;
  try {
    const terminal = readDocument({ access: o.access, random: (length) => new Uint8Array(randomBytes(length)), optionalDataGroups: [] });
    let step = terminal.next();
    while (!step.done) {
      const answers = await card.value.transmit(step.value);
      if (!answers.ok) return answers;
      step = terminal.next(answers.value);
    }
    return step.value.ok ? ok({ reading: step.value.value, trustStore: trustStore.value }) : step.value;
  } finally {
    await card.value.close();
  }
}

/** For their owner's eyes only: they say who somebody is. */
async function keepFiles(folder: string, { files }: DocumentReading): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [name, bytes] of Object.entries(files)) if (bytes !== undefined) await writeFile(join(folder, `${name}.bin`), bytes as Uint8Array, { mode: 0o600 });
}

type Told = { readonly json: boolean } & ({ readonly fault: Fault; readonly report?: undefined } | { readonly reading: DocumentReading; readonly report: AuthenticityReport; readonly fault?: undefined });

function tell(o: Told): number {
  const checks = o.report?.checks ?? [];
  const document = o.report?.result.ok ? o.report.result.value : undefined;
  const fault = o.fault ?? (o.report.result.ok ? undefined : o.report.result.fault);
  const fields = document === undefined ? {} : { ...document.person, ...document.document, chipProof: document.chipProof };
  if (o.json) {
    const said = o.report === undefined ? {} : { accessProtocol: o.reading.accessProtocol, roundTrips: o.reading.roundTrips, commands: o.reading.commands };
    console.log(JSON.stringify({ verdict: fault === undefined ? 'pass' : 'fail', ...(fault && { fault: publicFault(fault) }), fields, checks: checks.map(checkJson), ...said }));
  } else {
    for (const [name, value] of Object.entries(fields)) console.log(name.padEnd(28) + value);
    for (const check of checks) console.log(checkLine(check));
    if (o.report !== undefined) console.log(verdictLine(fault === undefined, checks));
  }
  if (fault === undefined) return 0;
  tellFault(fault);
  return 1;
}

/** `-` keeps the fields out of the list of processes, which every user of the machine can see. */
async function accessKey(mrz: string | undefined, can: string | undefined): Promise<AccessKey | undefined> {
  if ((mrz === undefined) === (can === undefined)) return undefined;
  const given = mrz ?? can!;
  const typed = (given === '-' ? await text(process.stdin) : given).trim();
  if (can !== undefined) return { kind: 'can', can: typed };
  const [documentNumber, dateOfBirth, dateOfExpiry, ...rest] = typed.split(',');
  if (documentNumber === undefined || dateOfBirth === undefined || dateOfExpiry === undefined || rest.length > 0) return undefined;
  return { kind: 'mrz', documentNumber, dateOfBirth, dateOfExpiry };
}

function readArguments(args: readonly string[]) {
  try {
    const option = { type: 'string' } as const;
    const several = { type: 'string', multiple: true, default: [] as string[] } as const;
    return parseArgs({ args: [...args], options: { reader: option, mrz: option, can: option, trust: several, crl: several, json: { type: 'boolean', default: false }, out: option } }).values;
  } catch {
    return undefined;
  }
}
