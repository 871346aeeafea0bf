/**
 * Joins a cell's program with all it imports into one file: the cell then reads that file instead of whole rooms and
 * packages, and needs no type stripper in its memory. Run as a program of its own, so that no server and no cell ever
 * holds the bundler.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { rolldown } from 'rolldown';
import { type CellBundle, NATIVE_ENTRIES } from './cell-bundle.ts';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

async function bundleCell(entry: string, output: string): Promise<void> {
  const bundle = await rolldown({ input: entry, platform: 'node', external: [...NATIVE_ENTRIES] });
  const { output: chunks } = await bundle.generate({ format: 'esm', codeSplitting: false, minify: true });
  await bundle.close();
  const [chunk, ...more] = chunks;
  if (more.length > 0) throw new Error(`${entry} became ${chunks.length} files: it imports something late`);
  const inputs = chunk.moduleIds.filter((id) => !id.startsWith('\0')).map((id) => [id, sha256(readFileSync(id))] as const);
  const made: CellBundle = { inputs: Object.fromEntries(inputs), sha256: sha256(chunk.code) };
  mkdirSync(dirname(output), { recursive: true });
  // Several servers and tests may do this at once: each replaces whole files.
  for (const [file, content] of [[output, chunk.code], [`${output}.json`, JSON.stringify(made)]] as const) {
    writeFileSync(`${file}.${process.pid}`, content);
    renameSync(`${file}.${process.pid}`, file);
  }
}

const [entry, output] = process.argv.slice(2);
if (entry === undefined || output === undefined) throw new TypeError('usage: node bundle-cell.ts <entry> <output>');
await bundleCell(entry, output);
