import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** zod's writers of JSON Schema: every schema refers to them, so that no bundler can tell that the site writes none. */
const WRITERS = /\/zod\/v4\/core\/(to-json-schema|json-schema-processors)\.js$/;

/** Leaves out of the site what only writes schemas down: a twentieth of what a citizen would load. Calling it throws. */
export function withoutJsonSchema(): Plugin {
  return {
    name: 'without-json-schema',
    apply: 'build',
    load(id) {
      if (!WRITERS.test(id)) return null;
      const names = [...readFileSync(id, 'utf8').matchAll(/^export (?:function|const) (\w+)/gm)].map(([, name]) => name!);
      return ['const leftOut = () => { throw new TypeError("the site writes no JSON Schema"); };', 'export { leftOut as process };', ...names.map((name) => `export const ${name} = leftOut;`)].join('\n');
    },
  };
}
