import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { type AccessKey, readDocument, verifyAuthenticity } from '@visavis/emrtd';
import { checkLine, tellFault } from './chip-verify.ts';
import { listReaders, openPcscCard } from './pcsc-card.ts';
import { openTrustFiles } from './open-trust-files.ts';

export const CHIP_READ_USAGE = 'read [--reader NAME (--mrz NUMBER,BIRTH,EXPIRY | --mrz - | --can NUMBER) --trust FILE [--crl FILE] [--json] [--out DIR]]';

/** Exit status 0: read, and every check passed; 1: not; 2: not asked properly. @param nowMs the time of the checks */
export async function runChipRead(args: readonly string[], nowMs: number): Promise<number> {
  const asked = readArguments(args);
  if (asked?.reader === undefined) {
    if (asked === undefined || args.length > 0) return misused();
    const readers = await listReaders();
    if (!readers.ok) return refuse(readers.fault);
    console.log(readers.value.length === 0 ? 'no reader is connected' : readers.value.join('\n'));
    return 0;
  }
  const access = await accessKey(asked.mrz, asked.can);
  if (access === undefined || asked.trust.length === 0) return misused();
  const trustStore = await openTrustFiles({ trust: asked.trust, crls: asked.crl, atMs: nowMs });
  if (!trustStore.ok) return refuse(trustStore.fault);
  const card = await openPcscCard(asked.reader);
  if (!card.ok) return refuse(card.fault);
  const terminal = readDocument({ access, random: (length) => new Uint8Array(randomBytes(length)), optionalDataGroups: [] });
  let step = terminal.next();
  while (!step.done) step = terminal.next(await card.value.transmit(step.value));
  await card.value.close();
  if (!step.value.ok) return refuse(step.value.fault);
  const reading = step.value.value;
  if (asked.out !== undefined) {
    await mkdir(asked.out, { recursive: true, mode: 0o700 });
    for (const [name, bytes] of Object.entries(reading.files)) if (bytes !== undefined) await writeFile(join(asked.out, `${name}.bin`), bytes as Uint8Array, { mode: 0o600 });
  }
  const { checks, result } = verifyAuthenticity({ reading, trustStore: trustStore.value, atMs: nowMs });
  const fields = result.ok ? { ...result.value.person, ...result.value.document, chipProof: result.value.chipProof } : {};
  if (asked.json) {
    console.log(JSON.stringify({ verdict: result.ok ? 'pass' : 'fail', accessProtocol: reading.accessProtocol, fields, checks: checks.map((check) => ({ name: check.check, result: check.status, ...(check.status === 'fail' && { code: check.code }) })), roundTrips: reading.roundTrips, commands: reading.commands }));
  } else {
    for (const [name, value] of Object.entries(fields)) console.log(name.padEnd(28) + value);
    for (const check of checks) console.log(checkLine(check));
  }
  return result.ok ? 0 : refuse(result.fault);
}

/** `-` keeps the fields out of the list of processes, which every user of the machine can see. */
async function accessKey(mrz: string | undefined, can: string | undefined): Promise<AccessKey | undefined> {
  if ((mrz === undefined) === (can === undefined)) return undefined;
  if (can !== undefined) return { kind: 'can', can };
  const [documentNumber, dateOfBirth, dateOfExpiry, ...rest] = (mrz === '-' ? await text(process.stdin) : mrz!).trim().split(',');
  if (documentNumber === undefined || dateOfBirth === undefined || dateOfExpiry === undefined || rest.length > 0) return undefined;
  return { kind: 'mrz', documentNumber, dateOfBirth, dateOfExpiry };
}

function refuse(fault: Parameters<typeof tellFault>[0]): number {
  tellFault(fault);
  return 1;
}

function misused(): number {
  console.error(`  visavis chip ${CHIP_READ_USAGE}`);
  return 2;
}

function readArguments(args: readonly string[]) {
  try {
    const option = { type: 'string' } as const;
    const several = { type: 'string', multiple: true, default: [] as string[] } as const;
    return parseArgs({ args: [...args], options: { reader: option, mrz: option, can: option, trust: { ...several, default: [] }, crl: { ...several, default: [] }, json: { type: 'boolean', default: false }, out: option } }).values;
  } catch {
    return undefined;
  }
}
