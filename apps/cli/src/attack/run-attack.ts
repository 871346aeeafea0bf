import { parseArgs } from 'node:util';
import { clientConfiguration } from '@visavis/contract';
import { castMember } from '../citizen/cast-member.ts';
import { type CitizenDevice, createCitizenDevice, enrolCitizen } from '../citizen/enrol-citizen.ts';
import { orderPassport } from '../citizen/order-passport.ts';
import { createPresenterCamera } from '../citizen/presenter-camera.ts';
import { demoServices, startSystem } from '../system/start-system.ts';
import { attackChannel } from './channel-attacks.ts';
import { attackChips, openStateAnchors } from './chip-attacks.ts';
import { attackFaces } from './face-attacks.ts';
import { attackSignIn } from './sign-in-attacks.ts';
import { type AttackedSystem, isBreach, isHeldOff, type TriedAttack } from './tried-attack.ts';

export const attackUsage = (): string => `  visavis attack [SITE] [--only chip,channel,signIn,face] [--every N] [--json]
      the public attack catalogue against a running demonstration (or one of its own), each attack with the code that held it off;
      ends with 1 when one got in`;

const FAMILIES = ['chip', 'channel', 'signIn', 'face'] as const;
/** An honest face before a busy machine may need another try; attacks are not tried again. */
const HONEST_TRIES = 4;

/** @returns the exit status: 1 when an attack got in that is said to be held off, or an honest twin did not */
export async function runAttack(args: readonly string[], nowMs: number): Promise<number> {
  const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: { only: { type: 'string' }, every: { type: 'string', default: '1' }, json: { type: 'boolean', default: false } } });
  const families = values.only?.split(',') ?? FAMILIES;
  const every = Number(values.every);
  const [site, ...rest] = positionals;
  if (rest.length > 0 || !Number.isSafeInteger(every) || every < 1 || !families.every((family) => (FAMILIES as readonly string[]).includes(family))) {
    console.error(`visavis attack: \n\n${attackUsage()}`);
    return 2;
  }
  const own = site === undefined ? await startSystem({ ports: 'free', booths: 2, moreAnchors: await openStateAnchors(nowMs), enrolmentsPerMinute: 10_000, boothsPerAddress: 64 }) : undefined;
  try {
    const system = own ?? (await runningSystem(site!));
    const tried: TriedAttack[] = [];
    for (const family of families) {
      for await (const one of attacksOf(family as (typeof FAMILIES)[number], system, { nowMs, every })) {
        tried.push(one);
        if (!values.json) console.log(line(one));
      }
    }
    const breaches = tried.filter(isBreach);
    if (values.json) console.log(JSON.stringify({ tried, breaches: breaches.length }));
    else console.log(`\n${tried.filter(isHeldOff).length} of ${tried.length} ended as they should, ${tried.filter(({ expected }) => expected === 'unsolved').length} are unsolved and said so, ${breaches.length} did not end as they should.`);
    return breaches.length === 0 ? 0 : 1;
  } finally {
    await own?.stop();
  }
}

async function* attacksOf(family: (typeof FAMILIES)[number], system: AttackedSystem & { readonly taxOfficeUrl: string }, o: { readonly nowMs: number; readonly every: number }): AsyncGenerator<TriedAttack> {
  if (family === 'chip') yield* attackChips(system, o);
  if (family === 'channel') yield* attackChannel(system);
  if (family === 'signIn') yield* attackSignIn(system, demoServices(system.taxOfficeUrl), await citizenWithIdentity(system));
  if (family === 'face') yield* attackFaces(system, { only: undefined });
}

/** A demonstration that somebody runs says itself where its made-up state and its service are. */
async function runningSystem(site: string): Promise<AttackedSystem & { readonly taxOfficeUrl: string }> {
  const { specimenStateUrl, demoServiceUrl } = clientConfiguration.parse(await (await fetch(`${site}/api/configuration`)).json());
  if (specimenStateUrl === undefined || demoServiceUrl === undefined) throw new Error(`${site} is no demonstration. Attack one of your own: script/demo`);
  return { siteUrl: site, specimenStateUrl, taxOfficeUrl: demoServiceUrl };
}

/** Somebody who came in honestly, for attacks on what they do afterwards. */
async function citizenWithIdentity(system: AttackedSystem): Promise<CitizenDevice> {
  const codes: string[] = [];
  for (let i = 0; i < HONEST_TRIES; i++) {
    const member = await castMember(i);
    const passport = await orderPassport(system.specimenStateUrl, { ...member.passportOrder, givenNames: `${member.passportOrder.givenNames} ${nonce()}` });
    const device = createCitizenDevice(system.siteUrl);
    const enrolled = await enrolCitizen({ device, passport, camera: createPresenterCamera(member.presenter(i + 1)), onProgress: () => undefined }).finally(() => passport.putAway());
    if (enrolled.ok) return device;
    codes.push(enrolled.fault.code);
  }
  throw new Error(`nobody honest got in (${codes.join(', ')}): is the machine too busy for a camera?`);
}

/** Letters only, as a passport prints them. */
const nonce = (): string => Array.from({ length: 8 }, () => String.fromCodePoint(65 + Math.floor(Math.random() * 26))).join('');

function line(one: TriedAttack): string {
  const mark = one.expected === 'unsolved' ? '?' : isBreach(one) ? '✗' : '✓';
  return `${mark} ${one.family.padEnd(8)} ${one.name.padEnd(58)} ${one.got}${isBreach(one) ? ` (expected ${one.expected})` : ''}${one.at === 'judge' ? '  [at the judge]' : ''}`;
}
