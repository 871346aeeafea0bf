import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMemory } from './open-memory.ts';

describe("the signer's memory", () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'visavis-test-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('is there again after a restart', () => {
    const before = openMemory(dir);
    before.keepCheckpoint(7, new Uint8Array(32).fill(1));
    before.close();
    writeFileSync(path.join(dir, 'log-key.json'), '{}');
    const after = openMemory(dir);
    expect(after.lastCheckpoint()).toMatchObject({ size: 7 });
    after.close();
  });

  it('that is gone while the key is there is not begun anew: the key would sign a second log', () => {
    writeFileSync(path.join(dir, 'log-key.json'), '{}');
    expect(() => openMemory(dir)).toThrow(/signed[.]db is gone/);
  });
});
