import { describe, expect, it } from 'vitest';
import { readBounded } from './read-bounded.ts';

describe('a stream read within a bound', () => {
  it('is what came, piece after piece, to the last byte that is allowed', async () => {
    const pieces = async function* () {
      yield Uint8Array.of(1, 2);
      yield Uint8Array.of(3);
    };
    expect(await readBounded(pieces(), 3)).toEqual(Uint8Array.of(1, 2, 3));
    expect(await readBounded(pieces(), 2)).toBeUndefined();
  });

  it('is left where it goes beyond the bound, or is not of bytes', async () => {
    let asked = 0;
    const endless = async function* () {
      for (;;) {
        asked++;
        yield new Uint8Array(10);
      }
    };
    expect(await readBounded(endless(), 25)).toBeUndefined();
    expect(asked).toBe(3);
    const words = async function* () {
      yield 'words';
    };
    expect(await readBounded(words(), 25)).toBeUndefined();
  });
});
