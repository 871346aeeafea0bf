import { randomBytes } from 'node:crypto';
import { type BoothCertificate, boothKeyDigests, type LogEntry, type LoggedEntry } from '@visavis/contract';
import { toBase64Url } from '@visavis/kernel';
import { commitment, consistencyPath, createNoteKey, encodeLogProof, formatCheckpoint, inclusionPath, leafHash, nodeHash, rootOf, signNote, toBase64 } from '@visavis/log';

/** A transparency log of a few entries in a test's memory, with its key in the test's hands. */
export class SmallLog {
  readonly key = createNoteKey('log.test/small', new Uint8Array(randomBytes(32)));
  readonly #leaves: Uint8Array[] = [];

  get size(): number {
    return this.#leaves.length;
  }

  /** Unsigned. */
  checkpoint(size = this.size): string {
    return formatCheckpoint({ origin: this.key.name, size, root: rootOf(size, this.#read) });
  }

  consistency(from: number, to = this.size): string[] {
    return consistencyPath(from, to, this.#read).map(toBase64);
  }

  /** @param entry a LogEntry, or a text that is none */
  append(entry: LogEntry | string, signedWith = this.key): LoggedEntry {
    const text = typeof entry === 'string' ? entry : JSON.stringify(entry);
    const salt = new Uint8Array(randomBytes(32));
    this.#leaves.push(leafHash(commitment(salt, text)));
    return this.proof(this.size - 1, { salt: toBase64Url(salt), text }, signedWith);
  }

  /** The birth of a booth. */
  async openBooth(keys: Pick<BoothCertificate, 'channelKey' | 'verdictKey'>, atMs: number): Promise<LoggedEntry> {
    return this.append({ kind: 'boothOpened', at: new Date(atMs).toISOString(), ...(await boothKeyDigests(keys)) });
  }

  /** What would show that an opening is the entry at this place, whether it is or not. */
  proof(index: number, opening: LoggedEntry['opening'], signedWith = this.key): LoggedEntry {
    return { opening, proof: encodeLogProof({ index, path: inclusionPath(index, this.size, this.#read), checkpoint: signNote(this.checkpoint(), signedWith) }) };
  }

  readonly #read = (level: number, index: number): Uint8Array => (level === 0 ? this.#leaves[index]! : nodeHash(this.#read(level - 1, 2 * index), this.#read(level - 1, 2 * index + 1)));
}
