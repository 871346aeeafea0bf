import { concatBytes, fromHex, ok, toHex } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { decrypt, encrypt, mac } from '../secure-messaging/protection.ts';
import type { SecureChannel } from '../secure-messaging/secure-channel.ts';
import { unpadIso7816 } from '../crypto/index.ts';
import { encodeTlv, readTlvs } from '../tlv/tlv.ts';
import { CardSession, type TerminalStep } from './card-session.ts';
import { FileReader } from './file-reader.ts';
import type { OpenDocument } from './open-document.ts';
import { proveAndRead } from './prove-and-read.ts';
import { readHeads } from './read-heads.ts';
import { ReadingHabits } from './reading-habits.ts';
import type { TerminalAnswers } from './terminal-batch.ts';

/** After PACE with chip authentication mapping: EF.CardSecurity lies at the master file, under a short identifier that EF.SOD has too. */
const channelOf = (): SecureChannel => ({ cipher: 'aes128', ksEnc: new Uint8Array(16).fill(1), ksMac: new Uint8Array(16).fill(2), ssc: 0n });
const EVIDENCE = { parameterId: 13, mappingKey: Uint8Array.of(4, 1), chipAuthenticationData: Uint8Array.of(7) };

/** A protected file system of two directories. */
function chipOf(masterFile: ReadonlyMap<number, Uint8Array>, application: ReadonlyMap<number, Uint8Array>) {
  const channel = channelOf();
  let here = masterFile;
  let current = new Uint8Array();
  return (apdu: Uint8Array): Uint8Array => {
    const [cla, ins, p1, p2] = [apdu[0]!, apdu[1]!, apdu[2]!, apdu[3]!];
    if ((cla & 0x0c) === 0) return fromHex('9000');
    channel.ssc += 2n;
    const objects = readTlvs(apdu.subarray(5, 5 + apdu[4]!), 4);
    const sealed = objects.find((o) => o.tag === 0x87)?.value.subarray(1);
    const data = sealed && unpadIso7816(decrypt(channel, channel.ssc - 1n, sealed));
    const le = objects.find((o) => o.tag === 0x97)?.value[0] ?? 0;
    const answered = (status: string, bytes = new Uint8Array()): Uint8Array => {
      const parts = [...(bytes.length > 0 ? [encodeTlv(0x87, Uint8Array.of(1), encrypt(channel, channel.ssc, bytes))] : []), encodeTlv(0x99, fromHex(status))];
      return concatBytes(...parts, encodeTlv(0x8e, mac(channel, channel.ssc, ...parts)), fromHex(status));
    };
    if (ins === 0xa4) {
      if (p1 !== 2) here = p1 === 4 ? application : masterFile;
      const named = p1 === 2 ? here.get(data![1]! & 0x1f) : new Uint8Array();
      if (named === undefined) return answered('6a82');
      current = Uint8Array.from(named);
      return answered('9000');
    }
    const named = (p1 & 0x80) === 0 ? current : here.get(p1 & 0x1f);
    if (named === undefined) return answered('6a82');
    current = Uint8Array.from(named);
    const offset = (p1 & 0x80) === 0 ? (p1 << 8) | p2 : p2;
    return offset >= current.length ? answered('6b00') : answered(current.length - offset < le ? '6282' : '9000', current.slice(offset, offset + le));
  };
}

function run<T>(step: TerminalStep<T>, chip: (apdu: Uint8Array) => Uint8Array): { readonly value: T; readonly batches: readonly (readonly string[])[] } {
  const batches: string[][] = [];
  let next = step.next(undefined as never);
  while (next.done !== true) {
    const batch = next.value;
    const answers: Uint8Array[] = [];
    let ended: TerminalAnswers['ended'] = 'complete';
    for (const { apdu, accept } of batch.commands) {
      answers.push(chip(apdu));
      const status = toHex(answers.at(-1)!.slice(-2));
      if (accept.length > 0 && !accept.some((prefix) => status.startsWith(prefix))) {
        ended = 'statusMismatch';
        break;
      }
    }
    batches.push(batch.commands.slice(0, answers.length).map(({ apdu }) => toHex(apdu.subarray(1, 4))));
    next = step.next({ answers, ended });
  }
  const result = next.value;
  if (!result.ok) throw new Error(result.fault.code);
  return { value: result.value, batches };
}

describe('EF.CardSecurity', () => {
  const file = (tag: number, bytes: number): Uint8Array => encodeTlv(tag, new Uint8Array(bytes).map((_, i) => i));
  const application = new Map([[0x1d, file(0x77, 900)], [0x01, file(0x61, 88)], [0x02, file(0x75, 2000)]]);

  it.each([
    [800, 1],
    [1900, 1],
    [3000, 2],
  ])('of %d bytes is whole after %d batches, and the application is entered after it', (bytes, batches) => {
    const cardSecurity = file(0x30, bytes);
    const chip = chipOf(new Map([[0x1d, cardSecurity]]), application);
    const [channel, habits, session] = [channelOf(), new ReadingHabits(), new CardSession()];
    const reader = new FileReader(['efCardSecurity', 'efSod', 'dg1', 'dg2', 'dg14', 'dg15'], 'masterFile', habits);
    const opened: OpenDocument = {
      accessProtocol: 'pace', paceMapping: 'chipAuthentication', downgraded: false, publicFiles: { efCardAccess: undefined, efAtrInfo: undefined, efDir: undefined },
      channel, opening: [{ command: { cla: 0, ins: 0x86, p1: 0, p2: 0 }, accept: ['9000'] }], verifyOpening: () => ok(EVIDENCE),
    }; // prettier-ignore
    const heads = run(readHeads(session, opened, reader, habits), chip);
    expect(heads.value).toMatchObject({ chipAuthenticationMapping: EVIDENCE });
    const [commands] = heads.batches;
    expect(commands!.slice(0, 2)).toEqual(['860000', 'b09d00']);
    expect(commands!.indexOf('a4040c')).toBe(11);
    expect(reader.files.get('efCardSecurity')!.complete).toBe(batches === 1);
    const proofs = { chipAuthentication: undefined, activeAuthentication: undefined };
    const rest = run(proveAndRead(session, { channel, recovering: false }, reader, habits, (n) => new Uint8Array(n), proofs), chip);
    expect([rest.value, rest.batches.length]).toEqual(['done', 1]);
    expect(toHex(reader.files.get('efCardSecurity')!.contents!)).toBe(toHex(cardSecurity));
    for (const [name, sfi] of [['efSod', 0x1d], ['dg1', 0x01], ['dg2', 0x02]] as const) expect(toHex(reader.files.get(name)!.contents!)).toBe(toHex(application.get(sfi)!));
    expect([...habits.quirks]).toEqual([]);
    // Back in the application: Chip Authentication would read DG1 there.
    if (batches === 2) expect(rest.batches[0]!.at(-1)).toBe('a4040c');
  });
});
