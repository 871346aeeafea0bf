import { livenessEvidence } from '../../packages/face/src/policy/evidence.ts';
import { guessOnDisplay } from '../../packages/face/src/liveness/guess-probability.ts';
import { facePolicy } from '../../packages/face/src/policy/index.ts';
import { ATTACK_SPECIES } from '../../packages/specimen/src/presentation-attacks/index.ts';

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const rate = ({ value, interval95: [low, high], n }: { readonly value: number; readonly interval95: readonly [number, number]; readonly n: number }): string => `${percent(value)} of ${n} (${percent(low)} … ${percent(high)})`;
const codesOf = (codes: Readonly<Record<string, number>> | undefined): string =>
  Object.entries(codes ?? {})
    .toSorted(([, a], [, b]) => b - a)
    .map(([code, n]) => `\`${code}\` ${n}`)
    .join(', ');

const onDisplay = (): string[] => [
  '| profile | one script | a day: 5 attempts of 2 scripts |',
  '|---|---|---|',
  ...guessOnDisplay(facePolicy).map(({ profile, script, day }) => `| ${profile} | ${script < 1e-3 ? script.toExponential(1) : percent(script)} | ${day < 1e-3 ? day.toExponential(1) : percent(day)} |`),
];

/** docs/attacks-face.md */
export function faceAttacksPage(): string {
  const e = livenessEvidence;
  const measured = new Map(e.species.map((one) => [one.name, one]));
  const lines = [
    '<!-- Made by script/generate-docs.ts from packages/face/src/policy/liveness-evidence.json and the catalogue in packages/specimen/src/presentation-attacks. Do not edit. -->',
    '# Attacks on the face check, and what became of each',
    '',
    `Measured on ${e.date} with seed ${e.seeds.join(', ')}: ${e.dataSet}. Again by anybody: \`script/visavis face attack-report --seed ${e.seeds.join(' ')}\`.`,
    '',
    `**What this does not show.** ${e.limits}`,
    '',
    `Method: ${e.method}`,
    '',
    `Honest people refused (BPCER): ${rate(e.bpcer)}${e.bpcerCodes === undefined || Object.keys(e.bpcerCodes).length === 0 ? '' : `: ${codesOf(e.bpcerCodes)}`}.`,
    ...(e.guessProbability === undefined ? [] : ['', `A film made in advance, by somebody who does not see the script, passes one script with at most ${e.guessProbability.toExponential(1)} in the profile that is easiest to guess (decision 0140).`]),
    '',
    'That counts the screen’s light. A display whose glass sends the colours back answers it with any film, so that only the movements stand against a replay on a display. The best possible film, liveness alone, in one script and in all that one document gets in a day:',
    '',
    ...onDisplay(),
    '',
    'Films of other scripts do far worse: the row `screen-replay` below.',
    '',
    '| species | what it is | taken for live (APCER, 95 %) | accepted by the whole | refused by |',
    '|---|---|---|---|---|',
  ];
  for (const { name, about, unsolved, alive } of ATTACK_SPECIES) {
    const one = measured.get(name);
    lines.push(`| ${name}${unsolved === undefined ? '' : ' **unsolved**'} | ${about} | ${one === undefined ? 'not measured' : alive === true ? `not a liveness attack: alive; accepted by the whole ${rate(one.accepted ?? one.apcer)}` : rate(one.apcer)} | ${one?.accepted === undefined ? '' : percent(one.accepted.value)} | ${codesOf(one?.codes)} |`);
  }
  lines.push('', '## Unsolved, and said so', '');
  for (const { name, unsolved } of ATTACK_SPECIES) if (unsolved !== undefined) lines.push(`- **${name}.** ${unsolved}`);
  lines.push('', 'They are in no average. Face by web is capped at `eidas2` for their sake.', '', 'What each code means: [errors.md](errors.md).');
  return `${lines.join('\n')}\n`;
}
