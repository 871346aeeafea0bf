import { concatBytes, fromHex, toHex } from '@visavis/kernel';
import { describe, expect, it } from 'vitest';
import { FILES } from '../lds/files.ts';
import { encodeTlv } from '../tlv/tlv.ts';
import { ElementaryFile, MAX_FILE_BYTES } from './elementary-file.ts';

const ok = (data: Uint8Array) => ({ data, status: 0x9000 });

describe('ElementaryFile', () => {
  it('joins blocks in order, asks again for what came short, and goes beyond 32 KiB by the odd instruction', () => {
    const contents = encodeTlv(0x75, new Uint8Array(40_000).map((_, i) => i));
    const file = new ElementaryFile(FILES.dg2);
    for (const read of file.readAhead(223, 1)) expect(file.take(read, ok(contents.subarray(0, 100)))).toEqual({ kind: 'short', bytes: 100 });
    let rounds = 0;
    while (!file.complete && ++rounds < 10) {
      const reads = file.missingReads(223, false);
      expect(toHex(Uint8Array.of(reads[0]!.command.p1, reads[0]!.command.p2))).toBe(rounds === 1 ? '8264' : '06af');
      for (const [i, read] of reads.entries()) {
        const shortened = rounds === 1 && i === 7 ? 50 : undefined;
        const odd = read.command.ins === 0xb1;
        expect(odd).toBe(read.offset > 0x7fff);
        const data = contents.subarray(read.offset, read.offset + (shortened ?? read.bytes));
        file.take(read, ok(odd ? encodeTlv(0x53, data) : data));
      }
    }
    expect(rounds).toBe(2);
    expect(toHex(file.contents!)).toBe(toHex(contents));
  });

  it('tells an absent file from a disliked length', () => {
    const [absent, shy] = [new ElementaryFile(FILES.dg14), new ElementaryFile(FILES.dg14)];
    const answerTo = (file: ElementaryFile, status: number) => file.take(file.readAt(0, 223, true), { data: new Uint8Array(), status });
    expect([0x6a82, 0x6a83, 0x6700, 0x6c5f, 0x6282, 0x6b00, 0x9000, 0x6982].map((status) => answerTo(absent, status).kind)).toEqual(['missing', 'missing', 'lengthRefused', 'lengthHint', 'lengthRefused', 'lengthRefused', 'nothing', 'refused']);
    expect(answerTo(shy, 0x6c00)).toEqual({ kind: 'lengthHint', bytes: 256 });
    expect([absent.received, shy.received]).toEqual([0, 0]);
  });

  it('sees files that are too large or no data object', () => {
    const [large, wrong] = [new ElementaryFile(FILES.dg2), new ElementaryFile(FILES.dg2)];
    large.take(large.readAt(0, 223, true), ok(fromHex('7583ffffff0000')));
    expect([large.tooLarge, MAX_FILE_BYTES]).toEqual([true, 65_536]);
    wrong.take(wrong.readAt(0, 223, true), ok(concatBytes(fromHex('7584'), new Uint8Array(10))));
    expect(wrong.malformed).toBe(true);
  });
});
