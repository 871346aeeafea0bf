import type { ChipRelay, Enrolled, EnrolmentRefusal, EnrolmentStage } from '@visavis/client';
import type { ChallengeProfile, MintPassportRequest } from '@visavis/contract';
import type { Result } from '@visavis/kernel';
import { createIgnoringPresenter, createPhotoTurnedPresenter, createSpecimenState, createStillPresenter, type Presenter } from '@visavis/specimen';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CastMember, castMember } from '../../apps/cli/src/citizen/cast-member.ts';
import { createCitizenDevice, enrolCitizen } from '../../apps/cli/src/citizen/enrol-citizen.ts';
import { orderPassport, type PassportInHand } from '../../apps/cli/src/citizen/order-passport.ts';
import { createPresenterCamera } from '../../apps/cli/src/citizen/presenter-camera.ts';
import { startSystem, type System } from '../../apps/cli/src/system/start-system.ts';
import { countIdentityRows, openDatabaseOf } from '../support/database.ts';
import { anchorsOf, passportInHand } from '../support/passport-in-hand.ts';

/**
 * Everything that may be wrong with an enrolment, through the whole running system: each ends in a code in words,
 * nothing half-made remains in the database, and the citizen can try again.
 */

let system: System;
let database: pg.Client;
let member: CastMember;
let stolen: PassportInHand;
/** What the database held before the test at hand. */
let before: Readonly<Record<string, number>>;

beforeAll(async () => {
  member = await castMember(3);
  // A second made-up state, in this process, whose passport is on the register from the start.
  const state = createSpecimenState({ seed: 'a state whose passport was stolen', nowMs: Date.now() });
  const passport = state.mintPassport({ ...member.passportOrder, portrait: new Uint8Array(Buffer.from(member.passportOrder.portrait, 'base64')), access: 'paceAndBac', authentication: 'both' });
  stolen = passportInHand(passport);
  system = await startSystem({
    ports: 'free',
    booths: 1,
    enrolmentsPerMinute: 1000,
    moreAnchors: anchorsOf(state),
    documentReports: [{ issuingState: 'UTO', documentNumber: passport.documentNumber }],
  });
  database = await openDatabaseOf(system.server.pid);
  before = await countIdentityRows(database);
});

afterAll(async () => {
  await database?.end();
  await system?.stop();
});

afterEach(async () => {
  before = await countIdentityRows(database);
});

let people = 0;
const letters = (n: number): string => String.fromCodePoint(65 + Math.floor(n / 26), 65 + (n % 26));
/** The same face under another name: one person has one identity, and some attempts here make one. */
const newPerson = (): MintPassportRequest => ({ ...member.passportOrder, givenNames: `${member.passportOrder.givenNames} ${letters(people++)}` });

interface Attempt {
  readonly order?: Partial<MintPassportRequest>;
  readonly passport?: PassportInHand;
  readonly presenter?: Presenter;
  readonly profile?: ChallengeProfile;
  /** Changes what the chip's relay does. */
  readonly relay?: (chip: ChipRelay) => ChipRelay;
  readonly cameraDenied?: boolean;
  readonly onStage?: (stage: EnrolmentStage) => void;
  readonly onStepFailed?: Parameters<typeof enrolCitizen>[0]['onStepFailed'];
}

async function attempt(o: Attempt = {}): Promise<Result<Enrolled, EnrolmentRefusal>> {
  const passport = o.passport ?? (await orderPassport(system.specimenStateUrl, { ...newPerson(), ...o.order }));
  const camera = createPresenterCamera(o.presenter ?? member.presenter(11));
  return enrolCitizen({
    device: createCitizenDevice(system.siteUrl),
    passport: { ...passport, chip: o.relay?.(passport.chip) ?? passport.chip },
    camera: o.cameraDenied === true ? { ...camera, start: () => Promise.reject(new DOMException('no', 'NotAllowedError')) } : camera,
    onProgress: (progress) => o.onStage?.(progress),
    profile: () => o.profile ?? 'standard',
    ...(o.onStepFailed === undefined ? {} : { onStepFailed: o.onStepFailed }),
  });
}

/** The code that ended an attempt which must leave nothing behind, in words with a next step. */
async function refusal(o: Attempt): Promise<string> {
  const ended = await attempt(o);
  expect(await countIdentityRows(database)).toEqual(before);
  if (ended.ok) return 'accepted';
  // Whatever ended it, the citizen has the end of the room in writing, verified.
  expect(receiptOf(ended)).toMatchObject({ cellsReaped: true, outcome: expect.stringMatching(/^(refer|reject|withdrawn|failed)$/) });
  expect(ended.fault.meaning).toMatch(/^[A-Z].{10,}\.$/);
  expect(ended.fault.nextStep).toMatch(/^[A-Z].{10,}\.$/);
  return ended.fault.code;
}

/** What the erasure receipt says, which the device has verified. */
function receiptOf(ended: Result<Enrolled, EnrolmentRefusal>) {
  const receipt = ended.ok ? ended.value.receipt : ended.fault.receipt;
  if (receipt?.ok !== true || receipt.value.claims.subject !== 'booth') throw new Error(`no receipt: ${receipt?.ok === false ? receipt.fault.code : ''}`);
  return receipt.value.claims;
}

const yearsAgo = (years: number): string => `${new Date().getUTCFullYear() - years}-12-31`;

describe('the honest twin', () => {
  it('is enrolled at eidas2, and its identity is whole', async () => {
    const enrolled = await attempt();
    expect(enrolled).toMatchObject({ ok: true, value: { identity: { levelOfAssurance: 'eidas2', person: { familyName: member.passportOrder.familyName } } } });
    expect(receiptOf(enrolled)).toMatchObject({ outcome: 'accept', processed: ['documentAccessKey', 'chipDocumentData', 'chipPortrait', 'faceTemplates', 'faceImages', 'headMovements'] });
    const after = await countIdentityRows(database);
    for (const [table, n] of Object.entries(after)) expect(n, table).toBe(before[table]! + 1);
  });
});

describe('the document', () => {
  it.each<readonly [string, Attempt, string]>([
    ['a data group that was altered: the portrait', { order: { tampering: 'alteredDg2' } }, 'PA_DG_HASH_MISMATCH'],
    ['a data group that was altered: the name', { order: { tampering: 'alteredDg1' } }, 'PA_DG_HASH_MISMATCH'],
    ['a signature that is none', { order: { tampering: 'flippedSodSignature' } }, 'PA_SOD_SIGNATURE_INVALID'],
    ['a state nobody knows', { order: { tampering: 'unknownCsca' } }, 'PA_CSCA_UNKNOWN'],
    ['a signer that was revoked', { order: { tampering: 'revokedSigner' } }, 'PA_SIGNER_REVOKED'],
    ['a clone that left its keys behind', { order: { tampering: 'cloneWithoutKeys' } }, 'CA_FAILED'],
    ['a clone that says it never had keys', { order: { tampering: 'strippedDg14Dg15' } }, 'PA_DG_MISSING'],
    ['a document that expired', { order: { dateOfExpiry: yearsAgo(1) } }, 'PA_DOCUMENT_EXPIRED'],
    ['a holder under age', { order: { dateOfBirth: yearsAgo(18) } }, 'DECISION_UNDER_AGE'],
  ])('refuses %s', async (_what, o, code) => {
    expect(await refusal(o)).toBe(code);
  });

  it('refuses a document reported lost or stolen', async () => {
    expect(await refusal({ passport: stolen })).toBe('DECISION_DOCUMENT_REPORTED');
  });

  it('refuses the wrong details, and lets them be corrected in the same booth', async () => {
    const passport = await orderPassport(system.specimenStateUrl, newPerson());
    const wrong = { ...passport, access: { kind: 'mrz' as const, documentNumber: 'X1234567', dateOfBirth: '900101', dateOfExpiry: '300101' } };
    expect(await refusal({ passport: wrong })).toBe('CHIP_ACCESS_DENIED');

    const asked: string[] = [];
    const again = await orderPassport(system.specimenStateUrl, newPerson());
    const corrected = await attempt({
      passport: { ...again, access: wrong.access },
      // Asked for only when the document was accepted.
      cameraDenied: true,
      onStepFailed: (fault) => {
        asked.push(fault.code);
        return Promise.resolve(asked.length === 1 ? { againWith: again.access } : 'stop');
      },
    });
    expect(asked).toEqual(['CHIP_ACCESS_DENIED']);
    expect(corrected.ok ? 'accepted' : corrected.fault.code).toBe('CAMERA_DENIED');
  });

  it('notices a chip that leaves the field in the middle, and reads it when it is back', async () => {
    const lostAt = (batch: number) => (chip: ChipRelay): ChipRelay => {
      let seen = 0;
      return {
        transmit: async (asked) => {
          seen++;
          if (seen !== batch) return chip.transmit(asked);
          const { answers } = await chip.transmit(asked);
          return { batch: asked.batch, answers: answers.slice(0, 1), ended: 'tagLost' };
        },
      };
    };
    for (const batch of [1, 3, 5]) expect(await refusal({ relay: lostAt(batch) })).toBe('CHIP_TAG_LOST');
    const asked: string[] = [];
    const back = await attempt({
      relay: lostAt(5),
      cameraDenied: true,
      onStepFailed: (fault) => {
        asked.push(fault.code);
        return Promise.resolve('again');
      },
    });
    expect(asked).toEqual(['CHIP_TAG_LOST']);
    expect(back.ok ? 'accepted' : back.fault.code).toBe('CAMERA_DENIED');
  });
});

describe('the face', () => {
  it("refuses another citizen with this one's passport", async () => {
    const other = await castMember(5);
    expect(await refusal({ presenter: other.presenter(1) })).toBe('FACE_COMPARISON_BELOW_THRESHOLD');
  });

  it.each<readonly [string, () => Presenter, RegExp]>([
    ['a photograph held still', () => createStillPresenter({ citizen: member.citizen, seed: 4 }), /^FACE_NOT_LIVE$/],
    ['a photograph turned as asked', () => createPhotoTurnedPresenter({ citizen: member.citizen, seed: 4 }), /^FACE_(LIVENESS_NO_PARALLAX|LIVENESS_TIMEOUT|LIVENESS_WRONG_ACTION|NOT_LIVE)$/],
    ['a citizen who does nothing that is asked', () => createIgnoringPresenter({ citizen: member.citizen, seed: 4 }), /^FACE_LIVENESS_TIMEOUT$/],
  ])('refuses %s', async (_what, presenter, code) => {
    // Without the light, which a picture does not answer either: then this is refused by another code, when the light is drawn first.
    expect(await refusal({ presenter: presenter(), profile: 'withoutLight' })).toMatch(code);
  });

  it('refuses a photograph that the screen does not light, whatever is asked first', async () => {
    expect(await refusal({ presenter: createStillPresenter({ citizen: member.citizen, seed: 5 }) })).toMatch(/^FACE_(NOT_LIVE|LIGHT_NOT_SEEN|LIGHT_WRONG)$/);
  });

  it('ends when the camera is denied', async () => {
    expect(await refusal({ cameraDenied: true })).toBe('CAMERA_DENIED');
  });
});

describe('the way between', () => {
  it('ends in a code when the server restarts in the middle, and the citizen can start again', async () => {
    let restarted: Promise<void> | undefined;
    const ended = await attempt({
      onStage: (stage) => {
        if (stage.stage === 'prompt' && restarted === undefined) restarted = database.end().then(() => system.restartServer());
      },
    });
    await restarted;
    database = await openDatabaseOf(system.server.pid);
    expect(await countIdentityRows(database)).toEqual(before);
    expect(ended.ok ? 'accepted' : ended.fault.code).toMatch(/^(NETWORK_CUT|BOOTH_LOST|BOOTH_SHUT_DOWN)$/);
    expect((await attempt()).ok).toBe(true);
  });

  it('ends in a code when the network is cut in the middle, and the booth is gone', async () => {
    let cut: (() => void) | undefined;
    let enrolmentId = '';
    const device = createCitizenDevice(system.siteUrl);
    const passport = await orderPassport(system.specimenStateUrl, newPerson());
    const ended = await enrolCitizen({
      device: { ...device, server: { ...device.server, openSocket: (url) => {
        const socket = device.server.openSocket(url);
        cut = () => socket.close();
        return socket;
      } } },
      passport,
      camera: createPresenterCamera(member.presenter(2)),
      onProgress: (progress) => {
        if (progress.stage === 'created') ({ enrolmentId } = progress);
        if (progress.stage === 'prompt') cut?.();
      },
    });
    expect(ended.ok ? 'accepted' : ended.fault.code).toBe('NETWORK_CUT');
    expect(await countIdentityRows(database)).toEqual(before);
    await expect
      .poll(async () => (await database.query<{ state: string }>('SELECT state FROM enrolments WHERE enrolment_id = $1', [enrolmentId])).rows[0]?.state, { timeout: 10_000 })
      .toMatch(/^(ended|withdrawn)$/);
  });
});
