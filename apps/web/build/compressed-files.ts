import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const [asBrotli, asGzip] = [promisify(brotliCompress), promisify(gzip)];

/** Beside each built script and style its compressed twins, made once with time to spare; the server chooses. */
export function compressedFiles(): Plugin {
  return {
    name: 'compressed-files',
    apply: 'build',
    async writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle).filter((file) => /\.(js|css|html)$/.test(file))) {
        const file = path.join(dir!, name);
        const content = await readFile(file);
        await Promise.all([writeFile(`${file}.br`, await asBrotli(content)), writeFile(`${file}.gz`, await asGzip(content, { level: 9 }))]);
      }
    },
  };
}
