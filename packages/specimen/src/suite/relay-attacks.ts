import { type Bytes, concatBytes, fromHex, toHex } from '@visavis/kernel';
import { type BatchAnswers, type BatchCommand, transmitBatch } from '../chip/transmit-batch.ts';
import type { Chip } from '../chip/create-chip.ts';
import type { Passport } from '../lds/passport.ts';
import { attack, type Attack } from './attack.ts';
import { honestRelay, type Relay, type Scenario } from './scenario.ts';
import type { Workshop } from './workshop.ts';

const CLAUSE = 'TR-03112-6 §3.2.4 Transmit';
const isProtected = ({ apdu }: BatchCommand): boolean => (apdu[0]! & 0x0c) === 0x0c;
/** A batch that reads files: most of it is protected, and there is more than one command of that kind. */
const reads = (commands: readonly BatchCommand[]): boolean => commands.filter(isProtected).length > 3;

/** Every batch that reads files is carried in another way: once would be a disturbance, after which a terminal may begin anew. */
const carried = (name: string, code: string, wrong: (commands: readonly BatchCommand[], chip: Chip) => BatchAnswers): Attack =>
  attack(name, CLAUSE, code, (w, evil) => {
    const relay: Relay = (commands, chip) => (evil && reads(commands) ? wrong(commands, chip) : transmitBatch(chip, commands));
    return w.present(w.passport('plain'), { relay });
  });

const edited = (commands: readonly BatchCommand[], chip: Chip, edit: (answers: Bytes[]) => readonly Bytes[], ended: BatchAnswers['ended'] = 'complete'): BatchAnswers => ({ answers: edit([...transmitBatch(chip, commands).answers]), ended });

/** These answers, with the end that an honest relay would tell of: at the first status that it was not to accept. */
function told(commands: readonly BatchCommand[], answers: readonly Bytes[]): BatchAnswers {
  const refused = answers.findIndex((answer, i) => commands[i]!.accept.length > 0 && !commands[i]!.accept.some((prefix) => toHex(answer.slice(-2)).startsWith(prefix)));
  return refused < 0 ? { answers, ended: 'complete' } : { answers: answers.slice(0, refused + 1), ended: 'statusMismatch' };
}

/** Sends these commands, whatever comes back. */
const send = (chip: Chip, commands: readonly BatchCommand[]): readonly Bytes[] => commands.map(({ apdu }) => chip.transmit(apdu));
const swapped = <T>(list: readonly T[], i: number): readonly T[] => list.toSpliced(i, 2, list[i + 1]!, list[i]!);

/** Once the chip is open another one lies on the phone: it does not know the channel, nor does it open to what the citizen typed. */
const exchanged = (name: string, pick: (w: Workshop) => readonly [Passport, Passport], when: (command: BatchCommand, seen: number) => boolean, code = 'CHIP_ACCESS_DENIED'): Attack =>
  attack(name, '9303-11 §6.2', code, (w, evil) => {
    const [first, second] = pick(w);
    const [chip, other] = [w.chip(first), w.chip(evil ? second : first)];
    let current = chip;
    let seen = 0;
    const relay: Relay = (commands) => {
      const answers: Bytes[] = [];
      for (const command of commands) {
        if (isProtected(command)) seen++;
        if (evil && when(command, seen)) current = other;
        const one = transmitBatch(current, [command]);
        answers.push(...one.answers);
        if (one.ended !== 'complete') return { answers, ended: one.ended };
      }
      return { answers, ended: 'complete' };
    };
    return w.present(first, { chip, relay });
  });

/** Answers of one session, for use in another: the terminal of the second one draws other numbers. */
function cached(w: Workshop, evil: boolean): Scenario {
  const passport = w.passport('plain');
  const cache: BatchAnswers[] = [];
  let batch = 0;
  const relay: Relay = (commands, chip) => {
    const answers = honestRelay(commands, chip);
    if (commands.some(isProtected)) cache.push(answers);
    const stale = evil && batch++ > 2 ? cache[0] : undefined;
    return stale === undefined ? answers : told(commands, commands.map((_, i) => stale.answers[i % stale.answers.length]!));
  };
  return w.present(passport, { relay });
}

/** Against what the phone between chip and terminal can do. */
export const relayAttacks: readonly Attack[] = [
  carried('relay-drops-a-command', 'CHIP_SECURE_MESSAGING_BROKEN', (commands, chip) => {
    const answers = send(chip, commands.toSpliced(1, 1));
    return told(commands, [answers[0]!, answers[0]!, ...answers.slice(1)]);
  }),
  carried('relay-sends-a-command-twice', 'CHIP_SECURE_MESSAGING_BROKEN', (commands, chip) => told(commands, send(chip, [commands[0]!, ...commands]).slice(1))),
  carried('relay-sends-commands-in-another-order', 'CHIP_SECURE_MESSAGING_BROKEN', (commands, chip) => told(commands, swapped(send(chip, swapped(commands, 1)), 1))),
  carried('relay-alters-a-command', 'CHIP_SECURE_MESSAGING_BROKEN', (commands, chip) => told(commands, send(chip, commands.map((command, i) => ({ ...command, apdu: i === 1 ? command.apdu.map((byte, at) => (at === 8 ? byte ^ 1 : byte)) : command.apdu }))))),
  carried('relay-gives-answers-in-another-order', 'CHIP_SECURE_MESSAGING_BROKEN', (commands, chip) => told(commands, swapped(send(chip, commands), 1))),
  carried('relay-gives-one-answer-twice', 'CHIP_SECURE_MESSAGING_BROKEN', (commands, chip) => {
    const answers = send(chip, commands);
    return told(commands, answers.toSpliced(2, 1, answers[1]!));
  }),
  carried('relay-stops-early-and-calls-it-complete', 'CHIP_RELAY_MISBEHAVED', (commands, chip) => edited(commands, chip, (answers) => answers.slice(0, 2))),
  carried('relay-stops-early-and-blames-the-chip', 'CHIP_RELAY_MISBEHAVED', (commands, chip) => edited(commands, chip, (answers) => answers.slice(0, 2), 'statusMismatch')),
  carried('relay-gives-no-answer', 'CHIP_RELAY_MISBEHAVED', () => ({ answers: [], ended: 'complete' })),
  carried('relay-gives-more-answers-than-commands', 'CHIP_RELAY_MISBEHAVED', (commands, chip) => edited(commands, chip, (answers) => [...answers, fromHex('9000')])),
  carried('relay-gives-endless-answers', 'CHIP_SESSION_TOO_LONG', (commands, chip) => edited(commands, chip, (answers) => Array.from({ length: 100_000 }, () => answers[0]!))),
  carried('relay-gives-an-answer-of-a-megabyte', 'CHIP_SESSION_TOO_LONG', (commands, chip) => edited(commands, chip, ([first, ...rest]) => [concatBytes(new Uint8Array(1_000_000), first!), ...rest])),
  carried('relay-gives-empty-answers', 'CHIP_RELAY_MISBEHAVED', (commands) => ({ answers: commands.map(() => new Uint8Array()), ended: 'complete' })),
  carried('relay-goes-on-after-an-error', 'CHIP_RELAY_MISBEHAVED', (commands, chip) => edited(commands, chip, (answers) => answers.toSpliced(answers.length - 2, 1, fromHex('6f00')))),
  carried('relay-loses-the-chip', 'CHIP_TAG_LOST', (commands, chip) => edited(commands, chip, (answers) => answers.slice(0, 1), 'tagLost')),
  attack('relay-answers-from-its-memory', CLAUSE, 'CHIP_SECURE_MESSAGING_BROKEN', cached),
  exchanged('chip-exchanged-after-the-opening', (w) => [w.passport('plain'), w.passport('other')], (_command, seen) => seen > 0),
  exchanged('chip-exchanged-while-files-are-read', (w) => [w.passport('plain'), w.passport('other')], (_command, seen) => seen > 4),
  exchanged('chip-exchanged-between-pace-and-the-files', (w) => [w.passport('pace'), w.passport('plain')], (_command, seen) => seen > 1),
  // MSE under secure messaging: chip authentication begins.
  exchanged('chip-exchanged-at-chip-authentication', (w) => [w.passport('chipProof'), w.passport('otherChipProof')], ({ apdu }) => apdu[0] === 0x0c && apdu[1] === 0x22, 'CA_FAILED'),
];
