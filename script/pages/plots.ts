import type { RecognitionEvidence } from '../../packages/face/src/policy/recognition-evidence.ts';

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT] = [640, 400, 64, 44, 16, 16];
const COLOURS = ['#0b5394', '#38761d', '#b45f06', '#741b47'] as const;
const INK = '#333333';

const svg = (title: string, body: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="${INK}" role="img" aria-label="${title}">\n<title>${title}</title>\n<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>\n${body.join('\n')}\n</svg>\n`;
const text = (x: number, y: number, words: string, more = ''): string => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}"${more}>${words}</text>`;
const line = (x1: number, y1: number, x2: number, y2: number, stroke = '#dddddd'): string => `<path d="M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}" stroke="${stroke}"/>`;

const across = (share: number): number => LEFT + share * (WIDTH - LEFT - RIGHT);
const up = (share: number): number => HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);

const [RAREST, COMMONEST] = [-5.5, -1];
const [LEAST, MOST] = [-3, 0];
const x = (fmr: number): number => across((Math.log10(fmr) - RAREST) / (COMMONEST - RAREST));
const y = (fnmr: number): number => up((Math.log10(Math.max(10 ** LEAST, fnmr)) - LEAST) / (MOST - LEAST));

/** Detection error trade-off: FNMR over FMR, both axes in powers of ten. */
export function errorPlot(curves: RecognitionEvidence['curves']): string {
  const body: string[] = [];
  for (let power = -5; power <= -1; power++) body.push(line(x(10 ** power), up(0), x(10 ** power), up(1)), text(x(10 ** power), HEIGHT - BOTTOM + 16, `1e${power}`, ' text-anchor="middle"'));
  for (let power = LEAST; power <= MOST; power++) body.push(line(across(0), y(10 ** power), across(1), y(10 ** power)), text(LEFT - 6, y(10 ** power) + 4, `${100 * 10 ** power} %`, ' text-anchor="end"'));
  for (const [i, [name, { points }]] of Object.entries(curves).entries()) {
    const inside = points.filter(({ fmr, fnmr }) => fmr.value > 10 ** RAREST && fmr.value <= 10 ** COMMONEST && fnmr.value > 0);
    const colour = COLOURS[i % COLOURS.length];
    body.push(`<path fill="none" stroke="${colour}" stroke-width="2" d="M${inside.map(({ fmr, fnmr }) => `${x(fmr.value).toFixed(1)} ${y(fnmr.value).toFixed(1)}`).join('L')}"/>`);
    body.push(text(across(0.72), TOP + 20 + 18 * i, name === 'single' ? 'one against one' : `one against ${name.replace('meanOf', 'the mean of ')}`, ` fill="${colour}"`));
  }
  body.push(text(across(0.5), HEIGHT - 8, 'strangers taken for one person (FMR)', ' text-anchor="middle"'), text(14, up(0.5), 'people not recognised (FNMR)', ` text-anchor="middle" transform="rotate(-90 14 ${up(0.5).toFixed(1)})"`));
  return svg('Error rates over thresholds: the rarer strangers are, the more people are not recognised', body);
}

/** How often each score occurs between photographs of one person and of two. */
export function histogramPlot({ from, binWidth, genuine, impostor }: NonNullable<RecognitionEvidence['histogram']>): string {
  const most = Math.max(...genuine, ...impostor);
  const at = (bin: number): number => across(bin / genuine.length);
  const bars = (shares: readonly number[], colour: string): string =>
    `<path fill="${colour}" fill-opacity="0.55" d="${shares.map((share, bin) => `M${at(bin).toFixed(1)} ${up(0).toFixed(1)}V${up(share / most).toFixed(1)}H${at(bin + 1).toFixed(1)}V${up(0).toFixed(1)}Z`).join('')}"/>`;
  const ticks: string[] = [];
  const end = from + binWidth * genuine.length;
  for (let score = Math.ceil(from / 2) * 2; score <= end; score += 2) ticks.push(text(across((score - from) / (end - from)), HEIGHT - BOTTOM + 16, String(score), ' text-anchor="middle"'));
  return svg('How comparison scores spread: two people to the left, one person to the right', [
    line(across(0), up(0), across(1), up(0), INK),
    bars(impostor, COLOURS[2]),
    bars(genuine, COLOURS[0]),
    ...ticks,
    text(across(0.02), TOP + 20, 'two people', ` fill="${COLOURS[2]}"`),
    text(across(0.98), TOP + 20, 'one person', ` fill="${COLOURS[0]}" text-anchor="end"`),
    text(across(0.5), HEIGHT - 8, 'comparison score', ' text-anchor="middle"'),
  ]);
}
