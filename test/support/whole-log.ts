import type { LoggedEntry } from '@visavis/contract';
import { fromBase64Url } from '@visavis/kernel';
import { commitment, parseLogProof, toBase64, verifyLog, verifyLoggedEntry } from '@visavis/log';

/** A proof that somebody was given, as it must stay true for ever. */
export interface SeenProof {
  readonly leaf: string;
  readonly index: number;
  readonly signedCheckpoint: string;
}

/** Checks a proof as the citizen's device does, and remembers it. */
export function seenProof(logged: LoggedEntry, logKey: string): SeenProof {
  const verified = verifyLoggedEntry(logged, logKey);
  const proof = parseLogProof(logged.proof);
  if (!verified.ok || !proof.ok) throw new Error('a proof that does not hold');
  return { leaf: toBase64(commitment(fromBase64Url(logged.opening.salt), logged.opening.text)), index: verified.value.index, signedCheckpoint: proof.value.checkpoint };
}

/**
 * Copies a server's whole log and recomputes it: every proof that was ever seen must still be true of it.
 * @returns what is wrong, by code or by index; nothing when the log holds
 */
export async function brokenPromises(origin: string, seen: readonly SeenProof[]): Promise<readonly string[]> {
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const response = await fetch(`${origin}/log/${path}`);
    return response.status === 200 ? new Uint8Array(await response.arrayBuffer()) : undefined;
  };
  const text = async (path: string): Promise<string> => new TextDecoder().decode(await read(path));
  const entries: string[] = [];
  const verified = await verifyLog({ read, signedCheckpoint: await text('checkpoint'), logKey: (await text('key')).trim(), since: [...new Set(seen.map((proof) => proof.signedCheckpoint))], onEntry: (entry) => entries.push(toBase64(entry)) });
  if (!verified.ok) return [verified.fault.code];
  return seen.filter(({ leaf, index }) => entries[index] !== leaf).map(({ index }) => `entry ${index} is lost`);
}
