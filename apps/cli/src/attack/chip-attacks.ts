import { randomBytes } from 'node:crypto';
import type { ChipRelay } from '@visavis/client';
import type { TrustAnchors } from '@visavis/contract';
import { ATTACKS, castSeeds, createCitizen, encodeJpeg, encodeJpeg2000, loadCanonicalMesh, NO_CHIP_PROOF, openWorkshop, type Scenario } from '@visavis/specimen';
import { readAndJudge } from '../bench/chip/read-and-judge.ts';
import { createCitizenDevice, enrolCitizen } from '../citizen/enrol-citizen.ts';
import type { AttackedSystem, TriedAttack } from './tried-attack.ts';

const PORTRAIT_QUALITY = 90;

/** A state whose every key lies open, with new people each time: a document may be brought a few times a day only. */
async function openState(nowMs: number) {
  const portrait = createCitizen({ seed: castSeeds[0]!, mesh: loadCanonicalMesh() }).renderPortrait();
  const portraits = { jpeg: new Uint8Array(await encodeJpeg(portrait, PORTRAIT_QUALITY)), jpeg2000: await encodeJpeg2000(portrait, { fitWithin: 240, bare: true }) };
  return openWorkshop({ seed: 'a state whose keys lie open', documents: randomBytes(16).toString('hex'), nowMs, portraits });
}

/** What a system that is to be attacked trusts besides, so that an attack fails by what is wrong with it and not for coming from nowhere. No other system does. */
export async function openStateAnchors(nowMs: number): Promise<Pick<TrustAnchors, 'cscaCertificates' | 'crls'>> {
  const workshop = await openState(nowMs);
  const base64 = (der: Uint8Array): string => Buffer.from(der).toString('base64');
  return { cscaCertificates: [base64(workshop.csca.der)], crls: [base64(workshop.revocationList())] };
}

/**
 * Every attack of the catalogue with a chip of its own before a sealed room of the running system, and one honest document.
 * @param o.every tries each so manieth only
 */
export async function* attackChips(system: AttackedSystem, o: { readonly nowMs: number; readonly every: number }): AsyncGenerator<TriedAttack> {
  const workshop = await openState(o.nowMs);
  const honest = workshop.present(workshop.passport('plain'));
  yield { family: 'chip', name: 'an honest document', at: 'system', expected: 'accepted', got: await bring(system, honest) };
  for (const [i, attack] of ATTACKS.entries()) {
    if (i % o.every !== 0) continue;
    const { name, stage, code } = attack;
    const scenario = attack.prepare(workshop);
    // A running system has its own trust store, clock and generator, and says what a chip proved in the verdict's level only.
    const needsJudge = scenario.trustAnchors !== honest.trustAnchors || scenario.atMs !== o.nowMs || scenario.terminalRandom !== undefined || code === NO_CHIP_PROOF || code === 'CHIP_ACCESS_DOWNGRADED';
    if (!needsJudge) {
      yield { family: 'chip', name, at: 'system', expected: code, got: await bring(system, scenario) };
      continue;
    }
    const { codes, chipProof } = await readAndJudge(scenario, stage);
    yield { family: 'chip', name, at: 'judge', expected: code, got: codes.length > 0 ? codes.join(' ') : chipProof === 'none' ? NO_CHIP_PROOF : 'accepted' };
  }
}

/** Reads a document as a citizen would have it read, up to the first movement that is asked for. @returns the code, or `accepted` */
async function bring(system: AttackedSystem, { chip, access, relay }: Scenario): Promise<string> {
  const enough = new AbortController();
  const carried: ChipRelay = {
    transmit: ({ batch, commands }) => {
      const { answers, ended } = relay(commands.map(({ apdu, accept }) => ({ apdu: new Uint8Array(Buffer.from(apdu, 'hex')), accept })), chip);
      return Promise.resolve({ batch, answers: answers.map((answer) => Buffer.from(answer).toString('hex')), ended });
    },
  };
  const emptyRoom = { start: () => Promise.resolve(), nextFrame: () => new Promise<undefined>((resolve) => enough.signal.addEventListener('abort', () => resolve(undefined))), stop: () => undefined, onProgress: () => undefined, lastFrameAtMs: () => 0 };
  const ended = await enrolCitizen({
    device: createCitizenDevice(system.siteUrl),
    passport: { chip: carried, access, documentNumber: '' },
    camera: emptyRoom,
    signal: enough.signal,
    onProgress: ({ stage }) => {
      if (stage === 'prompt') enough.abort();
    },
  });
  return enough.signal.aborted || ended.ok ? 'accepted' : ended.fault.reasons.map(({ code }) => code).join(' ');
}
