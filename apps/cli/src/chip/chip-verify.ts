import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type Certificate, verifyPassiveAuthentication } from '@visavis/emrtd';
import { type CheckOutcome, type Fault } from '@visavis/kernel';
import { readBinaryFile } from '../trust/read-binary-file.ts';
import { openTrustFiles } from './open-trust-files.ts';
import { checkJson, checkLine, tellFault, verdictLine } from './tell.ts';

export const CHIP_VERIFY_USAGE = 'verify --sod FILE [--dg N=FILE …] --trust FILE… [--crl FILE…] [--at ISO-DATE] [--json]';
/** A day is its first moment in UTC; a time says its zone. */
const ISO_DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;
/** What may be left undone: there is no list, or nobody gave a data group, or DG1. */
const HARMLESS: readonly string[] = ['noRevocationList', 'noDataGroupRead', 'dg1NotRead'];

/** Exit status 0: every check passed; 1: one failed, or a file could not be read; 2: not asked properly. */
export async function runChipVerify(args: readonly string[], nowMs: number): Promise<number> {
  const asked = readArguments(args, nowMs);
  if (asked === undefined) {
    console.error(`  visavis chip ${CHIP_VERIFY_USAGE}`);
    return 2;
  }
  const efSod = await readBinaryFile(asked.sod);
  if (!efSod.ok) return refuse(efSod.fault, 'files', asked.json);
  const dataGroups = new Map<number, Uint8Array>();
  for (const [number, file] of asked.dataGroups) {
    const read = await readBinaryFile(file);
    if (!read.ok) return refuse(read.fault, 'files', asked.json);
    dataGroups.set(number, read.value.bytes);
  }
  const trustStore = await openTrustFiles({ trust: asked.trust, crls: asked.crl, atMs: asked.atMs });
  if (!trustStore.ok) return refuse(trustStore.fault, 'trustStore', asked.json);
  const report = verifyPassiveAuthentication({ efSod: efSod.value.bytes, dataGroups, trustStore: trustStore.value, atMs: asked.atMs });
  const passes = report.checks.every((check) => check.status === 'pass' || (check.status === 'notRun' && HARMLESS.includes(check.reason)));
  if (asked.json) {
    print({ passes, checks: report.checks, documentSigner: describe(report.documentSigner), csca: describe(report.csca), dgs: Object.fromEntries(report.dataGroups) });
  } else {
    for (const check of report.checks) console.log(checkLine(check));
    for (const [number, outcome] of report.dataGroups) console.log(`DG${number}`.padEnd(28) + outcome);
    console.log(verdictLine(passes, report.checks));
  }
  return passes ? 0 : 1;
}

function refuse(fault: Fault, name: string, json: boolean): number {
  if (json) print({ passes: false, checks: [{ check: name, status: 'fail', code: fault.code }], documentSigner: null, csca: null, dgs: {} });
  tellFault(fault);
  return 1;
}

function print(o: { readonly passes: boolean; readonly checks: readonly CheckOutcome[]; readonly documentSigner: unknown; readonly csca: unknown; readonly dgs: unknown }): void {
  console.log(JSON.stringify({ verdict: o.passes ? 'pass' : 'fail', checks: o.checks.map(checkJson), documentSigner: o.documentSigner, csca: o.csca, dgs: o.dgs }));
}

const describe = (c: Certificate | undefined) =>
  c === undefined
    ? null
    : { country: c.subjectCountry ?? c.issuerCountry, serialNumber: c.serialNumberHex, notBefore: new Date(c.notBeforeMs).toISOString(), notAfter: new Date(c.notAfterMs).toISOString(), sha256: createHash('sha256').update(c.raw).digest('hex') };

function readArguments(args: readonly string[], nowMs: number) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      // `--trust A B C`, as shells expand patterns: what follows belongs to the option before it.
      allowPositionals: true,
      options: {
        sod: { type: 'string' },
        dg: { type: 'string', multiple: true, default: [] },
        trust: { type: 'string', multiple: true, default: [] },
        crl: { type: 'string', multiple: true, default: [] },
        at: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const { sod, at, json } = values;
    const more = following(args, positionals);
    if (more === undefined) return undefined;
    const [trust, crl] = [[...values.trust, ...more.trust], [...values.crl, ...more.crl]];
    const dataGroups = [...values.dg, ...more.dg].map((text) => /^(1[0-6]|[1-9])=(.+)$/s.exec(text));
    const files = new Map(dataGroups.map((match) => [Number(match?.[1]), match?.[2] ?? '']));
    const atMs = at === undefined ? nowMs : ISO_DATE.test(at) ? Date.parse(at) : Number.NaN;
    // A group that is named twice would leave one of its files unread.
    if (sod === undefined || trust.length === 0 || Number.isNaN(atMs) || files.has(Number.NaN) || files.size !== dataGroups.length) return undefined;
    return { sod, trust, crl, json, atMs, dataGroups: files };
  } catch {
    return undefined;
  }
}

/** Bare words, each under the last option that takes several. */
function following(args: readonly string[], positionals: readonly string[]) {
  const more = { trust: [] as string[], crl: [] as string[], dg: [] as string[] };
  let last: keyof typeof more | undefined;
  let taken = 0;
  for (let i = 0; i < args.length; i++) {
    const name = args[i]!.replace(/^--/, '');
    if (args[i]!.startsWith('--')) {
      last = Object.hasOwn(more, name) ? (name as keyof typeof more) : undefined;
      if (last !== undefined || name === 'sod' || name === 'at') i++;
    } else if (last === undefined) return undefined;
    else {
      more[last].push(args[i]!);
      taken++;
    }
  }
  return taken === positionals.length ? more : undefined;
}
