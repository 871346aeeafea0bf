import fc from 'fast-check';
import { toBase64Url } from '@visavis/kernel';
import { describe, expect, test } from 'vitest';
import { formatCheckpoint, parseCheckpoint, verifyCheckpoint } from './checkpoint.ts';
import { commitment } from './commitment.ts';
import { decodeEntryBundle, encodeEntryBundle } from './entry-bundle.ts';
import { leafHash, nodeHash } from './hashes.ts';
import { encodeLogProof, parseLogProof } from './log-proof.ts';
import { createNoteKey, signNote, verifyNote } from './note.ts';
import { parseTilePath, tilePath } from './tile-path.ts';
import { verifyLoggedEntry } from './verify-logged-entry.ts';

const key = createNoteKey('example.org/log', new Uint8Array(32).fill(7));
const salt = new Uint8Array(32).fill(9);
const text = '{"kind":"boothOpened"}';
const sibling = leafHash(Uint8Array.of(1));
const root = nodeHash(sibling, leafHash(commitment(salt, text)));
const checkpoint = signNote(formatCheckpoint({ origin: 'example.org/log', size: 2, root }), key);
const honest = { opening: { salt: toBase64Url(salt), text }, proof: encodeLogProof({ index: 1, path: [sibling], checkpoint }) };
const codeOf = (result: { ok: true } | { ok: false; fault: { code: string } }): string => (result.ok ? 'accepted' : result.fault.code);

describe('a logged entry', () => {
  test('is shown by its opening and its proof', () => {
    expect(verifyLoggedEntry(honest, key.verifierKey)).toEqual({ ok: true, value: { text, index: 1, size: 2 } });
  });

  test('is refused with another text, another salt, another place or another path', () => {
    const refused = (change: { salt?: string; text?: string; proof?: string }): string =>
      codeOf(verifyLoggedEntry({ opening: { salt: change.salt ?? honest.opening.salt, text: change.text ?? text }, proof: change.proof ?? honest.proof }, key.verifierKey));
    expect(refused({ text: `${text} ` })).toBe('LOG_PROOF_INVALID');
    expect(refused({ salt: toBase64Url(new Uint8Array(32)) })).toBe('LOG_PROOF_INVALID');
    expect(refused({ proof: encodeLogProof({ index: 0, path: [sibling], checkpoint }) })).toBe('LOG_PROOF_INVALID');
    expect(refused({ proof: encodeLogProof({ index: 1, path: [root], checkpoint }) })).toBe('LOG_PROOF_INVALID');
    expect(refused({ salt: 'short' })).toBe('LOG_OPENING_INVALID');
    expect(refused({ salt: toBase64Url(new Uint8Array(31)) })).toBe('LOG_OPENING_INVALID');
    expect(refused({ text: '\ud800' })).toBe('LOG_OPENING_INVALID');
    expect(refused({ text: 'x'.repeat(2001) })).toBe('LOG_OPENING_INVALID');
  });

  test('is refused under a checkpoint of another key, of another log, or not signed', () => {
    const other = createNoteKey('example.org/log', new Uint8Array(32).fill(8));
    const elsewhere = createNoteKey('example.org/other', new Uint8Array(32).fill(7));
    expect(codeOf(verifyLoggedEntry(honest, other.verifierKey))).toBe('LOG_CHECKPOINT_INVALID');
    expect(codeOf(verifyLoggedEntry(honest, elsewhere.verifierKey))).toBe('LOG_CHECKPOINT_INVALID');
    expect(codeOf(verifyLoggedEntry({ ...honest, proof: encodeLogProof({ index: 1, path: [sibling], checkpoint: formatCheckpoint({ origin: 'example.org/log', size: 2, root }) }) }, key.verifierKey))).toBe('LOG_CHECKPOINT_INVALID');
    expect(codeOf(verifyLoggedEntry(honest, 'example.org/log'))).toBe('LOG_KEY_INVALID');
    // The right key over another log's name in the text.
    const foreign = signNote(formatCheckpoint({ origin: 'example.org/other', size: 2, root }), key);
    expect(codeOf(verifyCheckpoint(foreign, key.verifierKey))).toBe('LOG_CHECKPOINT_INVALID');
  });

  test('is refused with any bit of its proof changed', () => {
    // Only what the specification says is no part of the proof may change: nothing here.
    fc.assert(
      fc.property(fc.nat({ max: honest.proof.length - 1 }), fc.integer({ min: 0, max: 6 }), (at, bit) => {
        const changed = honest.proof.slice(0, at) + String.fromCharCode(honest.proof.charCodeAt(at) ^ (1 << bit)) + honest.proof.slice(at + 1);
        expect(['LOG_PROOF_INVALID', 'LOG_CHECKPOINT_INVALID']).toContain(codeOf(verifyLoggedEntry({ ...honest, proof: changed }, key.verifierKey)));
      }),
      { numRuns: 1000 },
    );
  });

  test('of hostile make ends in a code, never in an exception', () => {
    const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\n', '\n\n', '— ', 'index ', 'c2sp.org/tlog-proof@v1\n', checkpoint, honest.proof, 'A'.repeat(44)));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')), (hostile) => {
        const codes = [
          codeOf(verifyLoggedEntry({ opening: { salt: hostile, text: hostile }, proof: hostile }, key.verifierKey)),
          codeOf(parseLogProof(hostile)),
          codeOf(parseCheckpoint(hostile)),
          codeOf(verifyNote(hostile, key.verifierKey)),
          codeOf(verifyNote(checkpoint, hostile)),
        ];
        for (const code of codes) expect(code).toMatch(/^(accepted|LOG_[A-Z_]+)$/);
        parseTilePath(hostile);
        decodeEntryBundle(new TextEncoder().encode(hostile));
      }),
      { numRuns: 500 },
    );
  });
});

describe('signed notes', () => {
  // The examples of golang.org/x/mod/sumdb/note.
  const peter = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
  const note = 'If you think cryptography is the answer to your problem,\nthen you don\'t know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';

  test('of Go\'s implementation verify', () => {
    expect(verifyNote(note, peter)).toEqual({ ok: true, value: 'If you think cryptography is the answer to your problem,\nthen you don\'t know what your problem is.\n' });
    expect(codeOf(verifyNote(note.replace('answer', 'Answer'), peter))).toBe('LOG_CHECKPOINT_INVALID');
  });

  test('may carry signatures of others, which prove nothing', () => {
    const witness = createNoteKey('witness.example', new Uint8Array(32).fill(3));
    const both = `${checkpoint}${signNote(formatCheckpoint({ origin: 'example.org/log', size: 2, root }), witness).split('\n\n')[1]}`;
    expect(verifyCheckpoint(both, key.verifierKey).ok).toBe(true);
    expect(verifyCheckpoint(both, witness.verifierKey)).toMatchObject({ fault: { code: 'LOG_CHECKPOINT_INVALID', detail: { reason: 'another log' } } });
    expect(codeOf(verifyNote(both, createNoteKey('third.example', new Uint8Array(32)).verifierKey))).toBe('LOG_CHECKPOINT_INVALID');
  });

  test('with a false signature beside a true one of the same key are refused', () => {
    const line = checkpoint.split('\n\n')[1]!;
    const false64 = signNote('another text\n', key).split('\n\n')[1]!;
    expect(codeOf(verifyNote(`${checkpoint}${line}`, key.verifierKey))).toBe('accepted');
    expect(codeOf(verifyNote(`${checkpoint}${false64}`, key.verifierKey))).toBe('LOG_CHECKPOINT_INVALID');
  });

  test('are made only of what a note can carry', () => {
    expect(() => createNoteKey('with space', salt)).toThrow(TypeError);
    expect(() => createNoteKey('example.org/log', new Uint8Array(31))).toThrow(TypeError);
    expect(() => signNote('no newline', key)).toThrow(TypeError);
    expect(() => signNote('bell\u0007\n', key)).toThrow(TypeError);
    expect(() => formatCheckpoint({ origin: 'a\nb', size: 0, root })).toThrow(TypeError);
  });
});

describe('checkpoints', () => {
  test('are three lines, each in one spelling', () => {
    const good = formatCheckpoint({ origin: 'example.org/log', size: 2, root });
    expect(parseCheckpoint(good)).toEqual({ ok: true, value: { origin: 'example.org/log', size: 2, root } });
    for (const bad of ['', good.slice(0, -1), `${good}more\n`, good.replace('\n2\n', '\n02\n'), good.replace('\n2\n', '\n-2\n'), good.replace('\n2\n', '\n9007199254740993\n'), good.replace('=\n', '\n'), `\n${good}`, good.replace('example.org/log', '')]) {
      expect(codeOf(parseCheckpoint(bad))).toBe('LOG_CHECKPOINT_INVALID');
    }
  });
});

describe('tiles', () => {
  test('are named as the specification has it', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067');
    expect(tilePath({ level: 'entries', index: 0, width: 5 })).toBe('tile/entries/000.p/5');
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const)), fc.nat({ max: 2 ** 40 }), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
        expect(parseTilePath(tilePath({ level, index, width }))).toEqual({ level, index, width });
      }),
    );
  });

  test('have no other names', () => {
    for (const path of ['tile/0/1', 'tile/0/0001', 'tile/00/000', 'tile/64/000', 'tile/0/x000/001', 'tile/0/x001', 'tile/0/000.p/0', 'tile/0/000.p/256', 'tile/0/000.p/01', 'tile/0/000/', 'tile/x/000', 'tile/entries/000.p/', '/tile/0/000', 'tile/0/../0/000', 'tile/0/x999/x999/x999/x999/x999/x999/999']) {
      expect(parseTilePath(path)).toBeUndefined();
    }
  });

  test('of entries give back what went in, and nothing else is one', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 256 }), (entries) => {
        expect(decodeEntryBundle(encodeEntryBundle(entries))?.map((entry) => [...entry])).toEqual(entries.map((entry) => [...entry]));
      }),
    );
    expect(decodeEntryBundle(new Uint8Array(0))).toBeUndefined();
    expect(decodeEntryBundle(Uint8Array.of(0, 2, 1))).toBeUndefined();
    expect(decodeEntryBundle(new Uint8Array(2 * 257))).toBeUndefined();
  });
});
