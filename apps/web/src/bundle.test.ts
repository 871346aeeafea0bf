import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { beforeAll, expect, it, vi } from 'vitest';

const root = path.join(import.meta.dirname, '..');
/** Of scripts, as they travel, for what a citizen needs up to the camera. */
const MAX_BYTES_BEFORE_CAMERA = 150_000;

let chunks: readonly Rolldown.OutputChunk[];
beforeAll(async () => {
  // As it is shipped: React is twice as large while it is developed.
  vi.stubEnv('NODE_ENV', 'production');
  const built = await build({ root, configFile: path.join(root, 'vite.config.ts'), logLevel: 'silent', build: { write: false } });
  chunks = [built].flat().flatMap((result) => ('output' in result ? result.output.filter((part) => part.type === 'chunk') : []));
}, 60_000);

it('what is loaded before the camera stays small', () => {
  const needed = new Set<string>();
  const need = (fileName: string): void => {
    if (needed.has(fileName)) return;
    needed.add(fileName);
    for (const imported of chunks.find((chunk) => chunk.fileName === fileName)!.imports) need(imported);
  };
  for (const chunk of chunks) if (['first', 'enrolment'].includes(chunk.name)) need(chunk.fileName);
  expect(needed.size).toBeGreaterThanOrEqual(2);
  const bytes = chunks.filter(({ fileName }) => needed.has(fileName)).reduce((sum, { code }) => sum + brotliCompressSync(code).length, 0);
  expect(bytes).toBeLessThanOrEqual(MAX_BYTES_BEFORE_CAMERA);
});

it('the site needs nothing of Node, and draws a QR code only where there is one', () => {
  const modules = chunks.flatMap((chunk) => chunk.moduleIds);
  expect(modules.some((id) => id.includes('packages/client/src/channel/open-channel.ts'))).toBe(true);
  // No module had to be replaced by an empty one.
  expect(modules.filter((id) => /browser-external|^node:/.test(id))).toEqual([]);

  const [qr] = chunks.filter((chunk) => chunk.moduleIds.some((id) => id.includes('/node_modules/qr/')));
  expect(qr?.moduleIds.some((id) => id.endsWith('/qr-picture.tsx'))).toBe(true);
  expect(chunks.filter((chunk) => chunk.imports.includes(qr!.fileName))).toEqual([]);
});
