import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** zod's writers of JSON Schema: every schema refers to them, so that no bundler can tell that the site writes none. */
const WRITERS = /\/zod\/v4\/core\/(to-json-schema|json-schema-processors)\.js$/;
/** Its sentences about bad input, which nobody is shown. */
const SENTENCES = /\/zod\/v4\/locales\/en\.js$/;

/** Leaves out of the site what reading a message needs not: a twentieth of what a citizen would load. Writing a schema down throws. */
export function zodForReading(): Plugin {
  return {
    name: 'zod-for-reading',
    apply: 'build',
    load(id) {
      if (SENTENCES.test(id)) return 'export default () => ({ localeError: () => "invalid" });';
      if (!WRITERS.test(id)) return null;
      const names = [...readFileSync(id, 'utf8').matchAll(/^export (?:function|const) (\w+)/gm)].map(([, name]) => name!);
      // Called as each schema is made, to have a writer ready; what they would return throws.
      const made = names.filter((name) => name.startsWith('create')).map((name) => `export const ${name} = () => leftOut;`);
      const called = names.filter((name) => !name.startsWith('create')).map((name) => `export const ${name} = leftOut;`);
      return ['const leftOut = () => { throw new TypeError("the site writes no JSON Schema"); };', 'export { leftOut as process };', ...made, ...called].join('\n');
    },
  };
}
