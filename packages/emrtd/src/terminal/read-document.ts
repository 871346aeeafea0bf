import { type Clock, err, ok, type RandomBytes, type Result } from '@visavis/kernel';
import { type AccessKey, isAccessKey } from '../access/access-key.ts';
import { type EmrtdFault, emrtdFaults } from '../faults.ts';
import { type FileName, type OptionalDataGroup } from '../lds/files.ts';
import { CardSession, type TerminalStep } from './card-session.ts';
import type { DocumentReading } from './document-reading.ts';
import { FileReader } from './file-reader.ts';
import { openDocument } from './open-document.ts';
import { type Proofs, proveAndRead } from './prove-and-read.ts';
import { readHeads } from './read-heads.ts';
import { ReadingHabits } from './reading-habits.ts';
import type { TerminalAnswers, TerminalBatch } from './terminal-batch.ts';
import { MAX_OPENINGS } from './terminal-limits.ts';

/** What a caller asks of the terminal. */
export interface ReadDocumentOptions {
  /** Typed or scanned by the citizen. */
  readonly access: AccessKey;
  /** Must be strong: who can guess it can play the chip. */
  readonly random: RandomBytes;
  /** Data groups beyond those that a decision needs: none, unless somebody will look at them. */
  readonly optionalDataGroups: readonly OptionalDataGroup[];
  /** Also EF.COM and EF.DIR. Nobody signed them, nothing is decided by them, and each costs a command. */
  readonly unsignedFiles?: boolean;
  /** Bounds the session in seconds, see {@link MAX_SESSION_SECONDS}. Without it the caller's own deadlines do. */
  readonly clock?: Clock;
}

/**
 * Reads a travel document as its terminal: opens it by PACE or BAC, reads EF.SOD, DG1, DG2, DG14, DG15 and what else is
 * asked for, and lets the chip run Active Authentication (with a nonce of ours) and Chip Authentication. Establishes
 * that the files came from one chip that knows the access key; whether they are genuine is `verifyAuthenticity`'s.
 *
 * Yields batches for a relay and takes its answers. Protected commands are encrypted ahead: 6 round trips by PACE, 4
 * by BAC, for a chip that does as most do; `quirks` names what others needed.
 *
 * A session is never resumed. When the tag is lost the reading ends in CHIP_TAG_LOST, and the caller starts a new one:
 * fresh nonces, fresh keys, everything read again. A chip that drops its channel while it stays in the field is opened
 * anew in the same way, a bounded number of times.
 * @faults all `CHIP_*` but CHIP_ACCESS_DOWNGRADED
 * @source ICAO 9303-11 §4–6, 9303-10 §3
 */
export function* readDocument(o: ReadDocumentOptions): Generator<TerminalBatch, Result<DocumentReading, EmrtdFault>, TerminalAnswers> {
  if (!isAccessKey(o.access)) return err(emrtdFaults.fault('CHIP_ACCESS_KEY_INVALID', { kind: o.access.kind }));
  const session = new CardSession(o.clock);
  const habits = new ReadingHabits();
  const proofs: Proofs = { chipAuthentication: undefined, activeAuthentication: undefined };
  for (let opening = 1; opening <= MAX_OPENINGS; opening++) {
    const reading = yield* readOnce(session, o, habits, proofs);
    if (!reading.ok || reading.value !== 'dropped') return reading as Result<DocumentReading, EmrtdFault>;
    // It stands wherever the dropped session left it.
    habits.searchesMasterFile = true;
    habits.note('openedAnew');
    if (proofs.chipAuthentication?.status === 'completed') proofs.chipAuthentication = undefined;
    if (proofs.activeAuthentication?.status === 'answered') proofs.activeAuthentication = undefined;
  }
  return err(emrtdFaults.fault('CHIP_SECURE_MESSAGING_BROKEN', { openings: MAX_OPENINGS }));
}

/** @returns 'dropped' when the chip left the protected connection by itself */
function* readOnce(session: CardSession, o: ReadDocumentOptions, habits: ReadingHabits, proofs: Proofs): TerminalStep<DocumentReading | 'dropped'> {
  const opened = yield* openDocument(session, { access: o.access, random: o.random, readsEfDir: o.unsignedFiles === true }, habits);
  if (!opened.ok) return opened;
  const { accessProtocol, paceMapping, downgraded, publicFiles, channel } = opened.value;
  const optional = o.optionalDataGroups.map((number) => `dg${number}` as const);
  const names: FileName[] = ['efSod', 'dg1', 'dg2', 'dg14', 'dg15', ...optional];
  if (o.unsignedFiles === true) names.push('efCom');
  if (paceMapping === 'chipAuthentication') names.unshift('efCardSecurity');
  const reader = new FileReader(names, accessProtocol === 'pace' ? 'masterFile' : 'application', habits);

  const heads = yield* readHeads(session, opened.value, reader, habits);
  if (!heads.ok) return heads;
  if (heads.value === 'dropped') return ok('dropped');
  // Opened by BAC, and now DG14 says that it speaks PACE: EF.CardAccess was there, but not under its short identifier. Looked for once.
  if (accessProtocol === 'bac' && heads.value.offersPace && publicFiles.efCardAccess === undefined && !habits.searchesMasterFile) return ok('dropped');
  const rest = yield* proveAndRead(session, { channel, recovering: heads.value.recovering }, reader, habits, o.random, proofs);
  if (!rest.ok) return rest;
  if (rest.value === 'dropped') return ok('dropped');

  const contents = (name: FileName): Uint8Array | undefined => reader.files.get(name)?.contents;
  const [efSod, dg1, dg2] = [contents('efSod'), contents('dg1'), contents('dg2')];
  if (efSod === undefined || dg1 === undefined || dg2 === undefined) return err(emrtdFaults.fault('CHIP_FILE_UNREADABLE'));
  return ok({
    accessProtocol,
    paceMapping,
    chipAuthenticationMapping: heads.value.chipAuthenticationMapping,
    downgraded,
    files: {
      ...publicFiles,
      efCardSecurity: contents('efCardSecurity'),
      efCom: contents('efCom'),
      efSod,
      dg1,
      dg2,
      dg7: contents('dg7'),
      dg11: contents('dg11'),
      dg12: contents('dg12'),
      dg13: contents('dg13'),
      dg14: contents('dg14'),
      dg15: contents('dg15'),
      dg16: contents('dg16'),
    },
    chipAuthentication: proofs.chipAuthentication ?? { status: 'notOffered' },
    activeAuthentication: proofs.activeAuthentication ?? { status: 'notOffered' },
    roundTrips: session.roundTrips,
    commands: session.commands,
    quirks: [...habits.quirks],
  });
}
