import { createNoteKey, fromBase64, parseCheckpoint, signNote, verifyConsistency } from '@visavis/log';

/** As strict as the signer's process: signs one log only, and the same state as often as it is asked. */
export function createLogSigner(origin = 'localhost/test-log', seed = new Uint8Array(32).fill(5)) {
  const key = createNoteKey(origin, seed);
  let last: { readonly size: number; readonly root: Uint8Array } | undefined;
  const signed: number[] = [];
  const refuse = (why: string): never => {
    throw new Error(why);
  };
  return {
    logKey: key.verifierKey,
    /** Sizes in the order in which they were signed. */
    signed,
    sign(this: void, { checkpoint, consistency }: { readonly checkpoint: string; readonly consistency: readonly string[] }): string {
      const state = parseCheckpoint(checkpoint);
      if (!state.ok || state.value.origin !== origin) return refuse('ill-formed');
      const { size, root } = state.value;
      if (last !== undefined && size < last.size) return refuse('shrunk');
      const path = consistency.map((hash) => fromBase64(hash)!);
      const follows = last === undefined || last.size === 0 || (last.size === size ? Buffer.compare(last.root, root) === 0 : verifyConsistency({ from: last.size, to: size, path, fromRoot: last.root, toRoot: root }));
      if (!follows) return refuse('forked');
      last = { size, root };
      signed.push(size);
      return signNote(checkpoint, key);
    },
  };
}

export type LogSigner = ReturnType<typeof createLogSigner>;
