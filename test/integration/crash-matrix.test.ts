import { existsSync, readFileSync } from 'node:fs';
import type { EnrolmentProgress } from '@visavis/client';
import { enrolmentCreated, receiptFile } from '@visavis/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CitizenDevice } from '../../apps/cli/src/citizen/enrol-citizen.ts';
import { type Cells, type CrashSystem, startCrashSystem, until } from '../support/crash-system.ts';
import { brokenInvariants } from '../support/database-invariants.ts';
import { brokenPromises, type SeenProof, seenProof } from '../support/whole-log.ts';

/**
 * kill -9 of the chip cell, the face cell, the server and the database at each step of an enrolment, on one running
 * system: whatever dies, the citizen is told by a code with a next step (or never notices), nothing half-made is in the
 * database, no process of the booth is left, the same passport can be enrolled again at once, and no identity whose
 * making was answered is lost. Deaths inside the transaction that makes an identity are in `apps/server/test`.
 */

type Victim = 'chip cell' | 'face cell' | 'server' | 'database';

/** Steps of an enrolment as the citizen's device sees them, in order. The chip is read in six batches. */
const STEPS = ['created', 'channelOpen', 'chip 0', 'chip 1', 'chip 2', 'chip 3', 'chip 4', 'chip 5', 'documentAccepted', 'cameraStarted', 'prompt 0', 'prompt 1', 'prompt 2', 'captureComplete', 'verdictSent', 'verdict', 'passkey', 'bound', 'receipt'] as const;
/**
 * Where each victim is killed. Every batch of the chip cell's, since a terminal is a state machine of its own; of the
 * server and the database, which take seconds to come back, one of a kind. `VISAVIS_EVERY_CRASH=1` kills them at every step.
 */
const POINTS: Readonly<Record<Victim, readonly string[]>> = {
  'chip cell': STEPS.slice(0, STEPS.indexOf('verdict')),
  'face cell': ['created', 'documentAccepted', 'cameraStarted', 'prompt 0', 'prompt 1', 'prompt 2', 'captureComplete', 'verdictSent'],
  ...(process.env['VISAVIS_EVERY_CRASH'] === '1'
    ? { server: STEPS, database: STEPS }
    : {
        server: ['created', 'chip 0', 'chip 5', 'prompt 1', 'verdictSent', 'passkey', 'bound', 'receipt'],
        database: ['created', 'chip 3', 'documentAccepted', 'prompt 1', 'verdict', 'passkey', 'bound', 'receipt'],
      }),
};
/**
 * What the citizen may be told. While the database is away no document is let pass unasked. A face cell that dies waiting is replaced, a database that is back before it is needed
 * is not missed, and a verdict that was sent needs no booth any more: then the citizen is enrolled and never notices.
 */
const TOLD: Readonly<Record<Victim, (step: string) => RegExp>> = {
  'chip cell': (step) => (step === 'verdictSent' ? /^accepted$/ : /^BOOTH_LOST$/),
  'face cell': (step) => (step === 'created' || step === 'verdictSent' ? /^accepted$/ : /^BOOTH_LOST$/),
  server: (step) => (step === 'bound' || step === 'receipt' ? /^accepted$/ : /^NETWORK_CUT$/),
  database: (step) => (step === 'bound' || step === 'receipt' ? /^accepted$/ : /^(accepted|NETWORK_CUT|SERVER_FAILED|IDENTITY_ANSWER_LOST|DECISION_DOCUMENT_STATUS_UNAVAILABLE)$/),
};

let system: CrashSystem;
/** Enrolments whose identity was answered for. */
const acknowledged: string[] = [];
/** Proofs of log entries that citizens were given: of their booth's keys and of their receipts. */
const proofs: SeenProof[] = [];
let logKey: string;

beforeAll(async () => {
  system = await startCrashSystem();
  logKey = (await (await fetch(`${system.url}/log/key`)).text()).trim();
});
afterAll(() => system?.stop());
// So that one point that fails does not fail those after it.
afterEach(async () => {
  await system.startServer();
  await system.wellAgain();
});

const nameOf = (progress: EnrolmentProgress): string => {
  if (progress.stage === 'chip') return `chip ${progress.batch}`;
  return progress.stage === 'prompt' ? `prompt ${progress.index}` : progress.stage;
};

function kill(victim: Victim, cells: Cells): void {
  const pid = victim === 'server' ? system.serverPid : victim === 'database' ? system.databasePid : victim === 'chip cell' ? cells.chip[0]! : cells.face[0]!;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // A booth that has sent its verdict may have died of itself first.
    expect(['chip cell', 'face cell']).toContain(victim);
  }
}

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);
const isCell = (pid: number): boolean => {
  try {
    return /(chip|face)-cell/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return false;
  }
};

/** One attempt, until it ends; `strike` is called once, at that step. */
async function attemptUntil(step: string, strike: () => void): Promise<{ readonly told: string; readonly struck: boolean; readonly hadFaceCell: boolean; readonly nextStep: string; readonly enrol: () => Promise<string> }> {
  const passport = system.mint();
  let struck = false;
  let hadFaceCell = false;
  let complete = false;
  const at = (name: string): void => {
    hadFaceCell ||= name === 'documentAccepted';
    complete ||= name === 'captureComplete';
    if (struck || name !== step) return;
    struck = true;
    strike();
  };
  /** The first message after the capture is the verdict: here it is on the device, and not read yet. */
  const seesVerdict = (device: CitizenDevice): CitizenDevice => ({
    ...device,
    server: {
      ...device.server,
      openSocket: (url) => {
        const socket = device.server.openSocket(url);
        socket.addEventListener('message', () => complete && at('verdictSent'));
        return socket;
      },
      fetch: async (url, init) => {
        const answer = await device.server.fetch(url, init);
        if (url.endsWith('/api/enrolments') && answer.ok) proofs.push(seenProof(enrolmentCreated.parse(await answer.clone().json()).boothLogged, logKey));
        if (url.endsWith('/receipt') && answer.ok) proofs.push(seenProof(receiptFile.parse(await answer.clone().json()).logged, logKey));
        return answer;
      },
    },
  });
  let enrolmentId = '';
  const first = await system.enrol({
    passport,
    device: seesVerdict,
    onProgress: (progress) => {
      if (progress.stage === 'created') ({ enrolmentId } = progress);
      at(nameOf(progress));
    },
  });
  if (first.ok) acknowledged.push(enrolmentId);
  return {
    told: first.ok ? 'accepted' : first.fault.code,
    nextStep: first.ok ? '' : first.fault.nextStep,
    struck,
    hadFaceCell,
    async enrol() {
      const again = await system.enrol({ passport, device: seesVerdict, onProgress: (progress) => progress.stage === 'created' && ({ enrolmentId } = progress) });
      if (again.ok) acknowledged.push(enrolmentId);
      return again.ok ? 'accepted' : again.fault.code;
    },
  };
}

/** Identities that were answered for and are not there. */
async function lost(): Promise<readonly string[]> {
  const { rows } = await system.database.query<{ enrolment_id: string }>(`SELECT enrolment_id FROM enrolments e WHERE state = 'bound' AND EXISTS (SELECT 1 FROM identities i WHERE i.identity_id = e.identity_id)`);
  const there = new Set(rows.map((row) => row.enrolment_id));
  return acknowledged.filter((enrolmentId) => !there.has(enrolmentId));
}

describe.skipIf(process.platform !== 'linux')('kill -9', () => {
  for (const [victim, steps] of Object.entries(POINTS) as [Victim, readonly string[]][]) {
    it.each(steps)(`of the ${victim} at: %s`, async (step) => {
      const cells = await system.settled();
      const { databasePid } = system;
      const { told, nextStep, struck, hadFaceCell, enrol } = await attemptUntil(step, () => kill(victim, cells));
      expect(struck).toBe(true);
      expect(told).toMatch(TOLD[victim](step));
      if (told !== 'accepted') expect(nextStep).toMatch(/^[A-Z].{10,}\.$/);

      if (victim === 'server') {
        // Its end is waited for.
        await system.killServer();
        await system.startServer();
      }
      // Killed at the last step, it may not have died yet.
      if (victim === 'database') await until(() => !isAlive(databasePid), 'the database died');
      await system.wellAgain();
      const served = [...cells.chip, ...(hadFaceCell || victim === 'server' ? cells.face : [])];
      await until(() => !served.some(isCell), 'no cell of the dead booth lives');
      expect(await brokenInvariants(system.database, system.keyStoreDir)).toEqual([]);
      expect(await enrol()).toBe(told === 'accepted' ? 'IDENTITY_DOCUMENT_ALREADY_ENROLLED' : 'accepted');
      expect(await brokenInvariants(system.database, system.keyStoreDir)).toEqual([]);
      expect(await lost()).toEqual([]);
      expect(await brokenPromises(system.url, proofs)).toEqual([]);
    });
  }

  it('left as many identities as were answered for, and each victim was killed somewhere', async () => {
    const { rows } = await system.database.query<{ n: number }>('SELECT count(*)::int AS n FROM identities');
    expect(rows[0]?.n).toBe(acknowledged.length);
    expect(acknowledged.length).toBe(Object.values(POINTS).flat().length);
    expect(acknowledged.length).toBeGreaterThanOrEqual(30);
    // Nearly every attempt has the proof of its booth's keys; a receipt needs a server that lives.
    expect(proofs.length).toBeGreaterThan(acknowledged.length);
  });
});
