import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const IMPORT = /^(?:import|export)\s+(?!type\s)(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;

/** Everything a file reaches at run time outside this package. */
function reached(file: URL, seen = new Set<string>(), outside = new Set<string>()): Set<string> {
  if (seen.has(file.href) || file.pathname.endsWith('.json')) return outside;
  seen.add(file.href);
  for (const [, specifier] of readFileSync(fileURLToPath(file), 'utf8').matchAll(IMPORT)) {
    if (specifier!.startsWith('.')) reached(new URL(specifier!, file), seen, outside);
    else outside.add(specifier!);
  }
  return outside;
}
const from = (path: string): string[] => [...reached(new URL(path, import.meta.url))].sort();

describe('what each door of this room reaches', () => {
  it('the chip cell and the browser get no native module', () => {
    expect(from('./liveness/index.ts')).toEqual([]);
    expect(from('./policy/index.ts')).toEqual(['@visavis/kernel', 'node:crypto', 'node:fs/promises', 'node:path', 'zod']);
    expect(from('./quality/index.ts')).toEqual([]);
    expect(from('./faults.ts')).toEqual(['@visavis/kernel']);
  });

  it('the face cell does (so that this test can fail)', () => {
    expect(from('./index.ts')).toEqual(expect.arrayContaining(['onnxruntime-node', 'sharp']));
  });
});
