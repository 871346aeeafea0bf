import { type CommandApdu, MAX_SHORT_LE } from '../apdu/command-apdu.ts';
import { selectApplication, selectFile, selectMasterFile } from '../apdu/commands.ts';
import { listSignedDataGroups } from '../authenticity/list-signed-data-groups.ts';
import { isLostSecurity, type ResponseApdu, STATUS_OK } from '../apdu/response-apdu.ts';
import { type Directory, type FileName, FILES } from '../lds/files.ts';
import type { SecureChannel } from '../secure-messaging/secure-channel.ts';
import { ElementaryFile, type FileRead } from './elementary-file.ts';
import { HEAD_BYTES, type ReadingHabits } from './reading-habits.ts';

/** A command of the reader, and what its answer means. */
export type PlannedCommand = { readonly command: CommandApdu; readonly accept: readonly string[] } & (
  | { readonly does: 'read'; readonly read: FileRead }
  | { readonly does: 'select'; readonly file: ElementaryFile }
  | { readonly does: 'enter'; readonly directory: Directory }
);

const OK = ['9000'];
/**
 * After these a batch of first reads goes on: data, no such file, no such offset. It stops at complaints about length
 * and at lost security, which some chips give outside the protected connection: what follows would find it broken.
 */
export const READ_AHEAD = ['9000', '6282', '6a8', '6b00'];
export const FILE_DATA = ['9000', '6282'];
/** Of DG14 before its length is known: Chip Authentication needs it whole one batch later. Three short blocks. */
export const DG14_BYTES_AHEAD = 660;
/** Blocks that the oldest chips take. */
const CAUTIOUS_BLOCK_BYTES = 96;
/** While looking for a block size: on to the next smaller one. */
const LENGTH_COMPLAINTS = ['67', '6c', '6b00'];

/** A file whose beginning is asked for before its length is known. */
export interface Head {
  readonly name: FileName;
  /** At least one block; more where the file is needed whole one batch later. */
  readonly bytesAhead?: number;
  /** Where a batch goes on after this file's reads; {@link READ_AHEAD} unless told. */
  readonly accept?: readonly string[];
}

/** Reads files over one channel: knows where in the chip it stands, and what the chip likes. */
export class FileReader {
  readonly files: ReadonlyMap<FileName, ElementaryFile>;
  readonly #habits: ReadingHabits;
  #directory: Directory;
  #current: ElementaryFile | undefined;
  /** A short file identifier of the application worked: another one that finds nothing means that there is nothing. */
  #sfiWorks = false;
  /** A read of this length gave data. */
  #bytesThatWork = 0;
  #refusedLength: FileRead | undefined;
  #probing = false;

  constructor(names: readonly FileName[], directory: Directory, habits: ReadingHabits) {
    this.files = new Map(names.map((name) => [name, new ElementaryFile(FILES[name])]));
    this.#directory = directory;
    this.#habits = habits;
    for (const name of habits.untouchable) if (this.files.has(name)) this.files.get(name)!.absent = true;
  }

  get receivedBytes(): number {
    return [...this.files.values()].reduce((sum, file) => sum + file.received, 0);
  }

  get pending(): readonly ElementaryFile[] {
    return [...this.files.values()].filter((file) => file.pending);
  }

  /** A whole EF.SOD says what there is: a data group that it does not list and that did not come by itself is not asked for again. */
  skipUnlisted(): void {
    const efSod = this.files.get('efSod')?.contents;
    const listed = efSod && listSignedDataGroups(efSod);
    if (listed === undefined) return;
    for (const file of this.pending) {
      const number = dataGroupNumber(file);
      if (number !== undefined && !isNeeded(file.id.name) && !listed.has(number) && file.received === 0) file.absent = true;
    }
  }

  /** First blocks of these files, in this order. */
  planHeads(heads: readonly Head[], channel: SecureChannel): PlannedCommand[] {
    const planned: PlannedCommand[] = [];
    const at = { directory: this.#directory, current: this.#current };
    const block = this.#habits.blockBytes(channel);
    for (const { name, bytesAhead = block, accept = READ_AHEAD } of heads) {
      const file = this.files.get(name);
      if (file?.pending !== true || this.#isToWait(file)) continue;
      this.#enter(file, at, planned);
      if (this.#habits.bySelect || file.bySelect) this.#planMissing(file, channel, at, planned);
      else if (this.#habits.exact) planned.push(asRead(file.readAt(0, file.firstBytes ?? HEAD_BYTES, true), accept));
      else for (const read of file.readAhead(block, Math.max(1, Math.ceil(bytesAhead / block)))) planned.push(asRead(read, accept));
      at.current = undefined;
    }
    return planned;
  }

  /** Everything that is still missing and may be read now, as far as it fits. */
  planMissing(channel: SecureChannel, most: number): PlannedCommand[] {
    const planned: PlannedCommand[] = [];
    const at = { directory: this.#directory, current: this.#current };
    const here = (file: ElementaryFile): number => (file === at.current ? 0 : file.id.directory === at.directory ? 1 : 2);
    // Those of the current place first: each change of directory is a command more. The application comes last, where the terminal ends.
    for (const file of this.pending.filter((one) => !this.#isToWait(one)).sort((a, b) => here(a) - here(b))) {
      this.#enter(file, at, planned);
      if (this.#probing) {
        this.#planProbe(file, channel, at, planned);
        break;
      }
      this.#planMissing(file, channel, at, planned);
      if (planned.length >= most) break;
    }
    if (at.directory !== 'application') planned.push({ does: 'enter', directory: 'application', command: selectApplication(), accept: OK });
    return planned.slice(0, most);
  }

  /** @param response has passed secure messaging, or is the bare error of a chip that speaks outside it */
  take(planned: PlannedCommand, response: ResponseApdu): void {
    if (planned.does === 'enter') {
      if (response.status !== STATUS_OK) return;
      this.#directory = planned.directory;
      this.#current = undefined;
    } else if (planned.does === 'select') {
      if (response.status === STATUS_OK) this.#current = planned.file;
      else planned.file.absent = true;
    } else this.#takeRead(planned.read, response);
  }

  /**
   * The chip said this outside the protected connection, and may have left it: what it was asked is asked otherwise,
   * or, where nothing depends on it, not again. A stripped file stays noticed: EF.SOD lists it.
   * @param gone it has left it: opening it anew costs more than small blocks
   */
  takeDropped(planned: PlannedCommand, status: number, gone: boolean): void {
    if (planned.does !== 'read') return;
    const { file, offset, bytes } = planned.read;
    const habits = this.#habits;
    const complaint = status === 0x6700 || isLostSecurity(status);
    const pastEnd = status === 0x6282 || status === 0x6b00 || (status === 0x6700 && planned.read.bytes <= this.#bytesThatWork);
    if (pastEnd && !habits.exact && (offset > 0 || file.received === 0)) this.#beExact();
    else if (complaint && gone && bytes <= MAX_SHORT_LE && habits.limitBlock(CAUTIOUS_BLOCK_BYTES, 'smallerBlocks')) return;
    else if (complaint) this.#refusedLength ??= planned.read;
    else if (offset === 0 && planned.read.bySfi && !isNeeded(file.id.name)) {
      habits.untouchable.add(file.id.name);
      habits.listedOnly = true;
      habits.note('listedFilesOnly');
    }
    else if (planned.read.bySfi && !habits.bySelect) {
      habits.bySelect = true;
      habits.note('filesBySelect');
    }
  }

  /** After each batch: draws the conclusions that need all of its answers. @param recovering the counter was put back @returns false when nothing is left to try */
  conclude(channel: SecureChannel, recovering: boolean): boolean {
    const refused = this.#refusedLength;
    this.#refusedLength = undefined;
    this.#probing = false;
    if (refused === undefined) return true;
    // Another file took this very length: here it only ran past the end.
    if (refused.offset === 0 && refused.bytes > HEAD_BYTES && refused.bytes <= this.#bytesThatWork) {
      this.#beExact();
      return true;
    }
    // Only while the chip counts what it refuses can several sizes be tried in one batch.
    this.#probing = !recovering;
    return this.#habits.stepDown(channel);
  }

  /** Nothing more can be tried: what there can be a reading without is left out. EF.SOD says what was. */
  giveUpOptional(): void {
    for (const file of this.pending) if (!isNeeded(file.id.name)) file.absent = true;
  }

  #isToWait(file: ElementaryFile): boolean {
    return this.#habits.listedOnly && dataGroupNumber(file) !== undefined && !isNeeded(file.id.name) && this.files.get('efSod')?.pending === true;
  }

  #beExact(): void {
    if (this.#habits.exact) return;
    this.#habits.exact = true;
    this.#habits.note('exactLengths');
  }

  #takeRead(read: FileRead, response: ResponseApdu): void {
    const { file } = read;
    const outcome = file.take(read, response);
    const habits = this.#habits;
    switch (outcome.kind) {
      case 'data':
      case 'short':
        this.#current = file;
        this.#bytesThatWork = Math.max(this.#bytesThatWork, outcome.kind === 'data' ? read.bytes : 0);
        if (read.bySfi && file.id.directory === 'application') this.#sfiWorks = true;
        if (this.#probing) {
          habits.limitBlock(read.bytes, 'smallerBlocks');
          this.#refusedLength = undefined;
        }
        if (outcome.kind === 'short') habits.limitBlock(outcome.bytes, 'shortAnswers');
        return;
      case 'nothing':
      case 'pastEnd':
        return;
      case 'lengthHint':
        if (file.received === 0 && file.firstBytes !== outcome.bytes) {
          file.firstBytes = outcome.bytes;
          habits.note('lengthNamed');
        } else habits.limitBlock(outcome.bytes, 'lengthNamed');
        return;
      case 'lengthRefused':
        // With a short identifier the offset may be what it refuses.
        if (read.bySfi && read.offset > 0 && read.offset === file.received) this.#readBySelect(file);
        else this.#refusedLength ??= read;
        return;
      case 'missing':
      case 'refused':
        if (read.offset > 0 && read.offset !== file.received) return;
        if (!read.bySfi || (outcome.kind === 'missing' && this.#sfiWorks)) file.absent = true;
        else this.#readBySelect(file);
    }
  }

  #readBySelect(file: ElementaryFile): void {
    if (file.bySelect) return;
    file.bySelect = true;
    this.#habits.note('filesBySelect');
  }

  #enter(file: ElementaryFile, at: { directory: Directory; current: ElementaryFile | undefined }, planned: PlannedCommand[]): void {
    const { directory } = file.id;
    if (directory === at.directory) return;
    planned.push({ does: 'enter', directory, command: directory === 'application' ? selectApplication() : selectMasterFile(), accept: OK });
    at.directory = directory;
    at.current = undefined;
  }

  #planMissing(file: ElementaryFile, channel: SecureChannel, at: { current: ElementaryFile | undefined }, planned: PlannedCommand[]): void {
    const { exact, bySelect } = this.#habits;
    const block = this.#habits.blockBytes(channel);
    if (file.id.name === 'dg14' && file.received === 0 && !exact && !bySelect && !file.bySelect) {
      for (const read of file.readAhead(block, Math.ceil(DG14_BYTES_AHEAD / block))) planned.push(asRead(read, READ_AHEAD));
      at.current = undefined;
      return;
    }
    const head = exact && file.received === 0;
    const [first, ...rest] = file.missingReads(head ? HEAD_BYTES : block, at.current === file);
    if (first === undefined) return;
    if (!first.bySfi && at.current !== file) planned.push({ does: 'select', file, command: selectFile(file.id.fileId), accept: OK });
    for (const read of [first, ...rest]) planned.push(asRead(read, FILE_DATA));
    at.current = file;
  }

  /** The same block in every size that is left, until one is taken. */
  #planProbe(file: ElementaryFile, channel: SecureChannel, at: { current: ElementaryFile | undefined }, planned: PlannedCommand[]): void {
    const bySelect = file.bySelect || this.#habits.bySelect;
    if (bySelect && at.current !== file) planned.push({ does: 'select', file, command: selectFile(file.id.fileId), accept: OK });
    for (const bytes of this.#habits.blockSizes(channel)) planned.push(asRead(file.readAt(file.received, bytes, !bySelect), LENGTH_COMPLAINTS));
  }
}

const NEEDED: readonly FileName[] = ['efSod', 'dg1', 'dg2'];
/** Without it there is no reading. */
export const isNeeded = (name: FileName): boolean => NEEDED.includes(name);

/** undefined: no data group. */
const dataGroupNumber = ({ id }: ElementaryFile): number | undefined => (id.name.startsWith('dg') ? Number(id.name.slice(2)) : undefined);

const asRead = (read: FileRead, accept: readonly string[]): PlannedCommand => ({ does: 'read', read, command: read.command, accept });
