import path from 'node:path';
import { build } from 'vite';
import { expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');

it('the site needs nothing of Node, and draws a QR code only where there is one', async () => {
  const built = await build({ root, configFile: path.join(root, 'vite.config.ts'), logLevel: 'silent', build: { write: false } });
  const chunks = [built].flat().flatMap((result) => ('output' in result ? result.output.filter((part) => part.type === 'chunk') : []));
  const modules = chunks.flatMap((chunk) => chunk.moduleIds);
  expect(modules.some((id) => id.includes('packages/client/src/channel/open-channel.ts'))).toBe(true);
  // No module had to be replaced by an empty one.
  expect(modules.filter((id) => /browser-external|^node:/.test(id))).toEqual([]);

  const [qr] = chunks.filter((chunk) => chunk.moduleIds.some((id) => id.includes('/node_modules/qr/')));
  expect(qr?.moduleIds.some((id) => id.endsWith('/qr-picture.tsx'))).toBe(true);
  expect(chunks.filter((chunk) => chunk.imports.includes(qr!.fileName))).toEqual([]);
}, 60_000);
