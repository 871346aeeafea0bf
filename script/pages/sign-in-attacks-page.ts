import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ATTACK_CLASSES } from '../../apps/server/test/sign-in-attack-list.ts';

const root = path.join(import.meta.dirname, '../..');

/** docs/attacks-sign-in.md. Throws when a test that it names is not there. */
export function signInAttacksPage(): string {
  const rows = ATTACK_CLASSES.map(({ attack, refusedBecause, tests }, n) => {
    const shown = tests.map(([file, ...begins]) => `[${path.basename(file)}](../${file}): ${titlesOf(file, begins).map((title) => `“${title}”`).join('; ')}`);
    return `| ${n + 1} | ${attack} | ${refusedBecause} | ${shown.join('<br>')} |`;
  });
  return `${[
    '# Attacks on sign-in',
    'Generated from [sign-in-attack-list.ts](../apps/server/test/sign-in-attack-list.ts) by `node script/generate-docs.ts`, which fails when a test named here is not there.',
    `${ATTACK_CLASSES.length} classes of attacks, each with a system that fell to it or with the rule it breaks. Each test says why the attack is refused, and beside it something honest is let through. In a title \`%s\` stands for each of several cases.`,
    ['| | attack | why not here | shown by |', '|---|---|---|---|', ...rows].join('\n'),
  ].join('\n\n')}\n`;
}

/** The whole titles of the tests in a file that begin so. */
function titlesOf(file: string, begins: readonly string[]): readonly string[] {
  const titles = [...readFileSync(path.join(root, file), 'utf8').matchAll(/(?:\bit\(|\]\)\()(['"`])(.*?)(?<!\\)\1,/g)].map(([, , title = '']) => title.replaceAll('\\', '').replaceAll(/\$\{\w+\}/g, '…'));
  return begins.map((begin) => {
    const title = titles.find((one) => one.startsWith(begin));
    if (title === undefined) throw new Error(`${file} has no test that begins with “${begin}”`);
    return title;
  });
}
