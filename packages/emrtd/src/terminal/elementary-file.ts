import { ByteReader, MalformedBytes } from '@visavis/kernel';
import { MAX_SFI_OFFSET, MAX_SHORT_OFFSET, readBinary, readBinaryBySfi, readBinaryOddIns } from '../apdu/commands.ts';
import { hasFileData, type ResponseApdu, STATUS_OK } from '../apdu/response-apdu.ts';
import { type FileId } from '../lds/files.ts';
import { readOnlyTlv, readTlvHeader } from '../tlv/tlv.ts';
import type { CommandApdu } from '../apdu/command-apdu.ts';

/** Larger than any data group read here: portraits have 10–30 KiB. */
export const MAX_FILE_BYTES = 64 * 1024;
/** Data object 53 around what an odd READ BINARY gives: tag and length field. Le counts them too. */
const objectHeadBytes = (dataBytes: number): number => (dataBytes < 0x80 ? 2 : dataBytes < 0x100 ? 3 : 4);

/** A READ BINARY, where in the file its data go, and how many bytes of it were asked for. */
export interface FileRead {
  readonly file: ElementaryFile;
  readonly offset: number;
  readonly bytes: number;
  readonly command: CommandApdu;
  /** The command names the file itself: nothing has to be selected before. */
  readonly bySfi: boolean;
}

/** What an answer to a READ BINARY came to. */
export type ReadOutcome =
  /** Bytes joined to the file, as many as asked for or up to its end. */
  | { readonly kind: 'data' }
  /** Fewer bytes than asked for, though the file goes on. */
  | { readonly kind: 'short'; readonly bytes: number }
  /** Success without bytes, or bytes that were there already. */
  | { readonly kind: 'nothing' }
  /** 6Cxx: the chip wants this Le. */
  | { readonly kind: 'lengthHint'; readonly bytes: number }
  /** The chip dislikes the length asked for, not the file. */
  | { readonly kind: 'lengthRefused' }
  /** Past the end of the file. */
  | { readonly kind: 'pastEnd' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused' };

const STATUS_WRONG_LENGTH = 0x6700;
const STATUS_END_OF_FILE = 0x6282;
const STATUS_WRONG_OFFSET = 0x6b00;

/** One file on its way from the chip: takes blocks in order, knows from its first bytes how long it is. */
export class ElementaryFile {
  readonly id: FileId;
  /** There is no such file, or the chip does not give it out. */
  absent = false;
  /** Its short identifier was refused: it is read after SELECT. */
  bySelect = false;
  /** The Le that the chip wants for the first block. */
  firstBytes: number | undefined;
  #bytes = new Uint8Array();
  #totalBytes: number | undefined;
  #malformed = false;

  constructor(id: FileId) {
    this.id = id;
  }

  /** As its own beginning says; undefined until that was read. */
  get declaredBytes(): number | undefined {
    return this.#totalBytes;
  }

  get received(): number {
    return this.#bytes.length;
  }

  /** The file's own beginning is not a data object. */
  get malformed(): boolean {
    return this.#malformed;
  }

  get tooLarge(): boolean {
    return this.#totalBytes !== undefined && this.#totalBytes > MAX_FILE_BYTES;
  }

  get complete(): boolean {
    return this.#totalBytes !== undefined && this.#bytes.length >= this.#totalBytes;
  }

  get pending(): boolean {
    return !this.absent && !this.complete;
  }

  /** The whole file; undefined until it is complete. */
  get contents(): Uint8Array | undefined {
    return this.complete ? this.#bytes.slice(0, this.#totalBytes) : undefined;
  }

  /** The beginning, as far as it was read. */
  get head(): Uint8Array {
    return this.#bytes;
  }

  /** One READ BINARY. @param byName by short file identifier, which reaches the first 256 bytes only */
  readAt(offset: number, bytes: number, byName: boolean): FileRead {
    const bySfi = byName && offset <= MAX_SFI_OFFSET;
    const far = offset > MAX_SHORT_OFFSET;
    const command = bySfi ? readBinaryBySfi(this.id.sfi, bytes, offset) : far ? readBinaryOddIns(offset, bytes + objectHeadBytes(bytes)) : readBinary(offset, bytes);
    return { file: this, offset, bytes, command, bySfi };
  }

  /** The first blocks, though nothing of the file is known yet: they may run past its end. Each names the file, where it can: were it not there, they would read another one. */
  readAhead(blockBytes: number, blocks: number): FileRead[] {
    return Array.from({ length: blocks }, (_, i) => this.readAt(i * blockBytes, this.received === 0 && i === 0 ? (this.firstBytes ?? blockBytes) : blockBytes, true));
  }

  /** The blocks that are still missing. @param current the file is the chip's current one: nothing has to name it */
  missingReads(blockBytes: number, current: boolean): FileRead[] {
    const reads: FileRead[] = [];
    const total = this.#totalBytes ?? this.received + (this.firstBytes ?? blockBytes);
    for (let offset = this.received; offset < total; ) {
      const far = offset > MAX_SHORT_OFFSET;
      const wanted = Math.min(total - offset, far ? blockBytes - objectHeadBytes(blockBytes) : Math.min(blockBytes, MAX_SHORT_OFFSET + 1 - offset));
      reads.push(this.readAt(offset, wanted, !current && reads.length === 0 && !this.bySelect));
      offset += wanted;
    }
    return reads;
  }

  /** Takes an answer that has passed secure messaging. A block that leaves a gap (the one before came short) is dropped and asked for again. */
  take(read: FileRead, response: ResponseApdu): ReadOutcome {
    const { status } = response;
    if (status >> 8 === 0x6c) return { kind: 'lengthHint', bytes: status & 0xff || 256 };
    if (!hasFileData(response)) return this.#refusal(read, status);
    const data = read.command.ins === 0xb1 ? discretionaryData(response.data) : response.data;
    const fresh = data.subarray(Math.max(0, this.received - read.offset));
    if (read.offset > this.received || fresh.length === 0) return { kind: 'nothing' };
    const joined = new Uint8Array(this.received + fresh.length);
    joined.set(this.#bytes);
    joined.set(fresh, this.received);
    this.#bytes = joined;
    if (this.#totalBytes === undefined) this.#readLength();
    return data.length < read.bytes && !this.complete ? { kind: 'short', bytes: data.length } : { kind: 'data' };
  }

  #refusal(read: FileRead, status: number): ReadOutcome {
    if (status === STATUS_OK) return { kind: 'nothing' };
    if (status === STATUS_WRONG_LENGTH) return { kind: 'lengthRefused' };
    if (status === STATUS_END_OF_FILE || status === STATUS_WRONG_OFFSET) return read.offset > 0 && read.offset >= (this.#totalBytes ?? this.received) ? { kind: 'pastEnd' } : { kind: 'lengthRefused' };
    return status === 0x6a82 || status === 0x6a83 ? { kind: 'missing' } : { kind: 'refused' };
  }

  #readLength(): void {
    try {
      const reader = new ByteReader(this.#bytes);
      const { length } = readTlvHeader(reader);
      this.#totalBytes = reader.offset + length;
    } catch (thrown) {
      if (!(thrown instanceof MalformedBytes)) throw thrown;
      this.#malformed = this.#bytes.length >= 8;
    }
  }
}

function discretionaryData(data: Uint8Array): Uint8Array {
  try {
    return readOnlyTlv(data, 0x53);
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return new Uint8Array();
    throw thrown;
  }
}
