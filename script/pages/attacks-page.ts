import { ATTACK_FAMILIES } from '../../packages/specimen/src/suite/attack-list.ts';

/** docs/attacks-chip.md */
export function attacksPage(): string {
  const count = ATTACK_FAMILIES.reduce((sum, [, attacks]) => sum + attacks.length, 0);
  const lines = [
    '<!-- Made by script/generate-docs.ts from packages/specimen/src/suite. Do not edit. -->',
    '# Attacks on the chip, and what stops each',
    '',
    `${count} attacks. Each is run against the real terminal and the real judge (\`npx vitest run --project unit packages/specimen/src/suite\`): it has to end in the code given here and in no other,`,
    'and its honest twin, the same construction without the one malicious step, has to be accepted. What each code means: [errors.md](errors.md).',
    '`chip proof: none` is no refusal: the document is genuine, its chip proved nothing, and the verdict says so.',
  ];
  for (const [against, attacks] of ATTACK_FAMILIES) {
    lines.push('', `## ${against}`, '', '| attack | clause | ends in |', '|---|---|---|');
    for (const { name, clause, code } of attacks) lines.push(`| ${name} | ${clause} | \`${code}\` |`);
  }
  return `${lines.join('\n')}\n`;
}
