import { ByteReader, MalformedBytes } from '@visavis/kernel';
import { MAX_SHORT_OFFSET, readBinary, readBinaryBySfi, readBinaryOddIns, selectFile } from '../apdu/commands.ts';
import { hasFileData, type ResponseApdu } from '../apdu/response-apdu.ts';
import { type FileId } from '../lds/files.ts';
import { readOnlyTlv, readTlvHeader } from '../tlv/tlv.ts';
import type { CommandApdu } from '../apdu/command-apdu.ts';

/** Larger than any data group read here: portraits have 10–30 KiB. */
export const MAX_FILE_BYTES = 64 * 1024;
/** Data object 53 around what an odd READ BINARY gives: tag and length field. Le counts them too. */
const objectHeadBytes = (dataBytes: number): number => (dataBytes < 0x80 ? 2 : 3);

/** A READ BINARY and where in the file its data go. */
export interface FileRead {
  readonly file: ElementaryFile;
  readonly offset: number;
  readonly command: CommandApdu;
}

/** One file on its way from the chip: takes blocks in order, knows from its first bytes how long it is. */
export class ElementaryFile {
  readonly id: FileId;
  /** The chip refused the very first block: there is no such file. */
  absent = false;
  #bytes = new Uint8Array();
  #totalBytes: number | undefined;
  #malformed = false;

  constructor(id: FileId) {
    this.id = id;
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

  /** The whole file; undefined until it is complete. */
  get contents(): Uint8Array | undefined {
    return this.complete ? this.#bytes.slice(0, this.#totalBytes) : undefined;
  }

  /** The beginning, as far as it was read. */
  get head(): Uint8Array {
    return this.#bytes;
  }

  /** The first block, by short file identifier, and on request more blocks after it. */
  firstReads(blockBytes: number, blocks: number): FileRead[] {
    return Array.from({ length: blocks }, (_, i) => ({
      file: this,
      offset: i * blockBytes,
      command: i === 0 ? readBinaryBySfi(this.id.sfi, blockBytes) : readBinary(i * blockBytes, blockBytes),
    }));
  }

  /** SELECT and the blocks that are still missing. */
  missingReads(blockBytes: number): { readonly select: CommandApdu; readonly reads: readonly FileRead[] } {
    const reads: FileRead[] = [];
    const total = this.#totalBytes ?? this.received + blockBytes;
    for (let offset = this.received; offset < total; ) {
      const far = offset > MAX_SHORT_OFFSET;
      const wanted = Math.min(total - offset, far ? blockBytes - objectHeadBytes(blockBytes) : Math.min(blockBytes, MAX_SHORT_OFFSET + 1 - offset));
      reads.push({ file: this, offset, command: far ? readBinaryOddIns(offset, wanted + objectHeadBytes(wanted)) : readBinary(offset, wanted) });
      offset += wanted;
    }
    return { select: selectFile(this.id.fileId), reads };
  }

  /** Takes an answer that has passed secure messaging. A block that leaves a gap (the one before came short) is dropped and asked for again. */
  take(read: FileRead, response: ResponseApdu): void {
    const first = read.offset === 0 && this.received === 0;
    if (!hasFileData(response)) {
      if (first && !isLengthComplaint(response.status)) this.absent = true;
      return;
    }
    const data = read.command.ins === 0xb1 ? discretionaryData(response.data) : response.data;
    const fresh = data.subarray(Math.max(0, this.received - read.offset));
    if (read.offset > this.received || fresh.length === 0) return;
    const joined = new Uint8Array(this.received + fresh.length);
    joined.set(this.#bytes);
    joined.set(fresh, this.received);
    this.#bytes = joined;
    if (this.#totalBytes === undefined) this.#readLength();
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

/** 6700 and 6Cxx: the chip dislikes the length asked for, not the file. */
const isLengthComplaint = (status: number): boolean => status === 0x6700 || status >> 8 === 0x6c;

function discretionaryData(data: Uint8Array): Uint8Array {
  try {
    return readOnlyTlv(data, 0x53);
  } catch (thrown) {
    if (thrown instanceof MalformedBytes) return new Uint8Array();
    throw thrown;
  }
}
