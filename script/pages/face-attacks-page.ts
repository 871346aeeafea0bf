import { livenessEvidence } from '../../packages/face/src/policy/evidence.ts';
import { guessProbabilities } from '../../packages/face/src/liveness/guess-probability.ts';
import { facePolicy } from '../../packages/face/src/policy/index.ts';
import { ATTACK_SPECIES } from '../../packages/specimen/src/presentation-attacks/index.ts';

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const rate = ({ value, interval95: [low, high], n }: { readonly value: number; readonly interval95: readonly [number, number]; readonly n: number }): string => `${percent(value)} of ${n} (${percent(low)} … ${percent(high)})`;
const codesOf = (codes: Readonly<Record<string, number>> | undefined): string =>
  Object.entries(codes ?? {})
    .toSorted(([, a], [, b]) => b - a)
    .map(([code, n]) => `\`${code}\` ${n}`)
    .join(', ');

const movementsAlone = (): string =>
  guessProbabilities(facePolicy)
    .filter(({ light }) => light < 1)
    .map(({ profile, movements }) => `${percent(movements)} of scripts in the profile ${profile}`)
    .join(', ');

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
    `That counts the screen’s light. A display whose glass sends the colours back answers it with any film, so that only the movements stand against a replay on a display: the best possible film passes ${movementsAlone()}. Films of other scripts do far worse: the row \`screen-replay\` below.`,
    '',
    '| species | what it is | taken for live (APCER, 95 %) | accepted by the whole | refused by |',
    '|---|---|---|---|---|',
  ];
  for (const { name, about, unsolved } of ATTACK_SPECIES) {
    const one = measured.get(name);
    lines.push(`| ${name}${unsolved === undefined ? '' : ' **unsolved**'} | ${about} | ${one === undefined ? 'not measured' : rate(one.apcer)} | ${one?.accepted === undefined ? '' : percent(one.accepted.value)} | ${codesOf(one?.codes)} |`);
  }
  lines.push('', '## Unsolved, and said so', '');
  for (const { name, unsolved } of ATTACK_SPECIES) if (unsolved !== undefined) lines.push(`- **${name}.** ${unsolved}`);
  lines.push('', 'They are in no average. Face by web is capped at `eidas2` for their sake.', '', 'What each code means: [errors.md](errors.md).');
  return `${lines.join('\n')}\n`;
}
