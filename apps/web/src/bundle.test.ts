import path from 'node:path';
import { build } from 'vite';
import { expect, it } from 'vitest';

it('the site needs nothing of Node: no module had to be replaced by an empty one', async () => {
  const root = path.join(import.meta.dirname, '..');
  const built = await build({ root, configFile: path.join(root, 'vite.config.ts'), logLevel: 'silent', build: { write: false } });
  const modules = [built].flat().flatMap((result) => ('output' in result ? result.output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : [])) : []));
  expect(modules.some((id) => id.includes('packages/client/src/channel/open-channel.ts'))).toBe(true);
  expect(modules.filter((id) => /browser-external|^node:/.test(id))).toEqual([]);
}, 60_000);
