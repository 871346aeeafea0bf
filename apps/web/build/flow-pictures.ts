import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

const PICTURES = path.join(import.meta.dirname, '../../../docs/pictures');

/** The help shows the same pictures as the documentation: what browser tests saw of each step. */
export function flowPictures(): Plugin {
  return {
    name: 'flow-pictures',
    apply: 'build',
    generateBundle() {
      for (const name of readdirSync(PICTURES).filter((file) => file.startsWith('flow-'))) this.emitFile({ type: 'asset', fileName: `pictures/${name}`, source: readFileSync(path.join(PICTURES, name)) });
    },
  };
}
