import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The repository's root: packages/booth/src/walls is four folders below it. */
export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url)).replace(/\/$/, '');
/** Native modules stay beside the bundle, as their makers built them. */
export const NATIVE_ENTRIES = ['sharp', 'onnxruntime-node'] as const;
/** Where bundles are kept; what is in there can be made again at any time. */
const BUNDLES = join(ROOT, '.state/cells');
/** Two seconds on a busy machine; a bundler that takes longer hangs. */
const BUNDLE_MS = 60_000;

/** What a bundle was made of, so that one made of other sources is not started. */
export interface CellBundle {
  /** SHA-256 of each source, by its path. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly sha256: string;
}

/**
 * The one file that a cell runs, made anew when a source has changed since.
 * @param entry of the cell, below this package's sources
 * @returns its absolute path
 * @throws when it cannot be made: a cell must not start from sources that are not the ones on disk
 */
export async function bundledCell(entry: string): Promise<string> {
  const output = join(BUNDLES, `${entry.replace(/\/main\.ts$|\.ts$/, '').replaceAll('/', '-')}.mjs`);
  if (isFresh(output)) return output;
  const bundler = fileURLToPath(new URL('bundle-cell.ts', import.meta.url));
  await promisify(execFile)(process.execPath, ['--no-warnings', bundler, join(ROOT, 'packages/booth/src', entry), output], { timeout: BUNDLE_MS });
  if (!isFresh(output)) throw new Error(`the sources of ${entry} changed while they were bundled`);
  return output;
}

function isFresh(output: string): boolean {
  try {
    const { inputs, sha256 } = JSON.parse(readFileSync(`${output}.json`, 'utf8')) as CellBundle;
    return hashOf(output) === sha256 && Object.entries(inputs).every(([path, hash]) => hashOf(path) === hash);
  } catch {
    return false;
  }
}

const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

if (import.meta.main) {
  for (const entry of process.argv.slice(2)) process.stdout.write(`${await bundledCell(entry)}\n`);
}
