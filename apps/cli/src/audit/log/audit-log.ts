import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { logOpening } from '@visavis/contract';
import { err, type Fault, fromBase64Url, ok, type Result } from '@visavis/kernel';
import { commitment, logFaults, MAX_TILE_BYTES, toBase64, verifyLog } from '@visavis/log';
import type { AuditCommand } from '../audit-command.ts';
import { type LogSource, LogUnreachable, mirrorInto, openLogSource } from './log-source.ts';

/** A checkpoint with the signatures of many witnesses. */
const MAX_CHECKPOINT_BYTES = 128 * 1024;
const MAX_KEY_BYTES = 1024;
/** A thousand changes, each below 4 KiB. */
const MAX_OPENINGS_BYTES = 4 * 1024 * 1024;
const MAX_OPENINGS = 1000;

interface LogReport {
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly logKey: string;
  /** A key that came from the log itself shows that the log is whole, not that it is the promised one. */
  readonly keyFrom: 'pinned' | 'theLogItself';
  /** Size of the earlier state that this log still begins with. */
  readonly since: number | undefined;
  readonly tiles: number;
  readonly bytes: number;
  readonly seconds: number;
  /** What the operator changed, with its place in the log. */
  readonly publicEntries: readonly { readonly index: number; readonly text: string }[];
}

export const auditLog: AuditCommand = {
  usage: 'log URL|FOLDER [--log-key KEY] [--since CHECKPOINT_FILE] [--save FOLDER] [--json]',
  about: 'copies the whole transparency log, or reads a copy, and recomputes every hash; --save keeps the copy',
  async run(args) {
    const asked = readArguments(args);
    if (asked === undefined) {
      console.error(`visavis audit ${auditLog.usage}`);
      return 2;
    }
    const report = await (asked.save === undefined ? verify(asked, openLogSource(asked.where)) : verifyAndSave(asked, path.resolve(asked.save)));
    if (asked.json) console.log(JSON.stringify(report.ok ? { holds: true, ...report.value } : { holds: false, fault: describe(report.fault) }));
    else if (report.ok) print(report.value);
    else console.error(`${report.fault.code} ${JSON.stringify(report.fault.detail)}\n${describe(report.fault).meaning}\n${describe(report.fault).nextStep}`);
    return report.ok ? 0 : 1;
  },
};

interface Asked {
  readonly where: string;
  readonly logKey: string | undefined;
  readonly since: string | undefined;
  readonly save: string | undefined;
  readonly json: boolean;
}

function readArguments(args: readonly string[]): Asked | undefined {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'log-key': { type: 'string' }, since: { type: 'string' }, save: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    const [where, ...rest] = positionals;
    return where === undefined || rest.length > 0 ? undefined : { where, logKey: values['log-key'], since: values.since, save: values.save, json: values.json };
  } catch {
    return undefined;
  }
}

/**
 * The copy takes the place of an earlier one only when it holds. One that is refused is kept beside it: both together
 * are what shows that a log was rewritten.
 */
async function verifyAndSave(asked: Asked, folder: string): Promise<Result<LogReport>> {
  await mkdir(path.dirname(folder), { recursive: true });
  const copy = await mkdtemp(`${folder}.refused-`);
  const report = await verify(asked, mirrorInto(copy, openLogSource(asked.where)));
  if (report.ok) {
    // With the key under which it holds; who reads the copy without a key of their own is warned.
    await writeFile(path.join(copy, 'key'), `${report.value.logKey}\n`);
    await cp(copy, folder, { recursive: true });
  }
  if (report.ok || report.fault.code === 'LOG_UNREACHABLE') await rm(copy, { recursive: true });
  return report;
}

async function verify(asked: Asked, source: LogSource): Promise<Result<LogReport>> {
  const started = performance.now();
  try {
    const logKey = asked.logKey ?? (await readText(source, 'key', MAX_KEY_BYTES))?.trim();
    if (logKey === undefined) return err(logFaults.fault('LOG_KEY_INVALID', { reason: 'none given' }));
    const since = asked.since === undefined ? undefined : await readFile(asked.since, 'utf8');
    // Before the checkpoint: what is shown as logged must be under one that comes after.
    const openings = await readOpenings(source);
    if (!openings.ok) return openings;
    const signedCheckpoint = await readText(source, 'checkpoint', MAX_CHECKPOINT_BYTES);
    if (signedCheckpoint === undefined) return err(logFaults.fault('LOG_UNREACHABLE', { reason: 'there is no checkpoint' }));
    const places = new Map<string, number>();
    const verified = await verifyLog({
      read: (at) => source.read(at, MAX_TILE_BYTES),
      signedCheckpoint,
      logKey,
      since: since === undefined ? [] : [since],
      onEntry: (entry, index) => {
        const leaf = toBase64(entry);
        if (openings.value.has(leaf)) places.set(leaf, index);
      },
    });
    if (!verified.ok) return verified;
    const publicEntries = [...openings.value].map(([leaf, text]) => ({ index: places.get(leaf) ?? -1, text }));
    if (publicEntries.some(({ index }) => index < 0)) return err(logFaults.fault('LOG_OPENING_INVALID', { reason: 'shown as logged, but not in the log' }));
    const { checkpoint, tiles, bytes } = verified.value;
    return ok({
      origin: checkpoint.origin,
      size: checkpoint.size,
      root: toBase64(checkpoint.root),
      logKey,
      keyFrom: asked.logKey === undefined ? 'theLogItself' : 'pinned',
      since: since === undefined ? undefined : Number(since.split('\n')[1]),
      tiles,
      bytes,
      seconds: Number(((performance.now() - started) / 1000).toFixed(2)),
      publicEntries,
    });
  } catch (error) {
    if (error instanceof LogUnreachable) return err(error.fault);
    throw error;
  }
}

async function readText(source: LogSource, at: string, maxBytes: number): Promise<string | undefined> {
  const content = await source.read(at, maxBytes);
  return content === undefined ? undefined : new TextDecoder().decode(content);
}

/** Texts by the leaf that they claim to be. A copy may be without them. */
async function readOpenings(source: LogSource): Promise<Result<ReadonlyMap<string, string>>> {
  const content = await readText(source, 'openings', MAX_OPENINGS_BYTES);
  if (content === undefined) return ok(new Map());
  try {
    const { openings } = JSON.parse(content) as { openings: unknown };
    const parsed = logOpening.array().max(MAX_OPENINGS).parse(openings);
    return ok(new Map(parsed.map(({ salt, text }) => [toBase64(commitment(fromBase64Url(salt), text)), text])));
  } catch {
    return err(logFaults.fault('LOG_OPENING_INVALID', { reason: 'ill-formed' }));
  }
}

const describe = (fault: Fault) => {
  const { meaning, nextStep } = logFaults.entries[fault.code as keyof typeof logFaults.entries];
  return { code: fault.code, detail: fault.detail, meaning, nextStep };
};

function print(report: LogReport): void {
  console.log(`The log ${report.origin} is whole: ${report.size} entries, ${report.tiles} tiles, ${report.bytes} bytes, recomputed in ${report.seconds} s.`);
  console.log(`root ${report.root}`);
  if (report.since !== undefined) console.log(`It still begins with the ${report.since} entries of the earlier state.`);
  for (const { index, text } of report.publicEntries) console.log(`${String(index).padStart(8)}  ${text}`);
  if (report.keyFrom === 'theLogItself') {
    console.error('\nWarning: the key came from the log itself. This shows that the log is whole, not that it is the log you were');
    console.error(`promised. Compare the key with one from elsewhere, and give it next time:\n  --log-key '${report.logKey}'`);
  }
}
