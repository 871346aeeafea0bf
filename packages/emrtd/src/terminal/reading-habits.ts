import type { FileName } from '../lds/files.ts';
import { maxAnswerBytes, type SecureChannel } from '../secure-messaging/secure-channel.ts';

/** What a terminal had to do for a chip that does not do as most: told in `DocumentReading.quirks`, for operators and interoperability reports. */
export type TerminalQuirk =
  /** The chip was not at its master file, or did not say so clearly: it was selected, and EF.CardAccess looked for once more. */
  | 'masterFileSelected'
  /** EF.CardAccess has no short file identifier. */
  | 'cardAccessBySelect'
  /** PACE began only after the domain parameters' number was left out of MSE:Set AT. */
  | 'paceWithoutParameterId'
  /** A variant of PACE was refused, another one worked. */
  | 'paceVariantRefused'
  /** EXTERNAL AUTHENTICATE wanted another Le. */
  | 'externalAuthenticateLe'
  /** Files were selected before they were read: short file identifiers did not do. */
  | 'filesBySelect'
  /** The chip refused the largest blocks. */
  | 'smallerBlocks'
  /** The chip gave fewer bytes than asked for. */
  | 'shortAnswers'
  /** 61xx: answers came in parts; smaller blocks come whole. */
  | 'answersInParts'
  /** 6Cxx: the chip named the Le it wanted. */
  | 'lengthNamed'
  /** The chip refused reads past the end of a file: heads first, then exactly what is there. */
  | 'exactLengths'
  /** An error came outside the protected connection, which went on. */
  | 'nakedStatus'
  /** The same, and the command it answered was not counted. */
  | 'nakedStatusUncounted'
  /** The chip dropped the protected connection and was opened anew. */
  | 'openedAnew'
  /** A file that is not there ended the protected connection: after that, only those that EF.SOD lists were asked for. */
  | 'listedFilesOnly'
  /** Chip Authentication was refused with one key or command, and tried with the next. */
  | 'chipAuthenticationKeyRefused'
  /** Active Authentication wanted the other form of Le. */
  | 'activeAuthenticationLe';

/** Smaller blocks for chips that refuse the largest; old ones give 160, 112 or fewer than 100 bytes. */
const BLOCK_STEPS: readonly number[] = [192, 160, 128, 112, 96, 64, 32];
/** Around the data in a protected answer of short length. */
const SHORT_OVERHEAD_BYTES = 34;
/** Around the data in a protected answer of extended length: status word, DO 99, DO 8E, head and padding of DO 87; and some to spare, as chips count differently. */
const EXTENDED_OVERHEAD_BYTES = 64;
/** Larger blocks save nothing and keep the chip busy for longer than some readers wait. */
const MAX_EXTENDED_BLOCK_BYTES = 4096;
/** Fewer bytes than this in an answer are no block size. */
const MIN_BLOCK_BYTES = 16;
/** Holds tag and length of every file. */
export const HEAD_BYTES = 8;

/** Sizes of the chip's buffers, as EF.ATR/INFO states them. */
export interface BufferSizes {
  readonly commandBytes: number;
  readonly responseBytes: number;
}

/** How this chip likes to be read: learned on the way, and kept when it has to be opened anew. */
export class ReadingHabits {
  /** undefined: the chip does not say that it takes extended length. */
  bufferSizes: BufferSizes | undefined;
  /** Reads past a file's end go wrong. */
  exact = false;
  /** Short file identifiers do not work: SELECT first. */
  bySelect = false;
  /** The master file has to be selected before EF.CardAccess is looked for. */
  searchesMasterFile = false;
  /** EF.CardAccess was there, now or before the chip was opened anew: a downgrade has to be told even if the offer is gone. */
  offeredPace = false;
  /** Form of Le for a long Active Authentication signature; the chip's buffer sizes decide unless it disliked that. */
  activeAuthenticationExtended: boolean | undefined;
  /** A file that is not there ends the protected connection: data groups are asked for once EF.SOD has listed them. */
  listedOnly = false;
  /** Files that ended the protected connection when they were asked for: not asked for again. */
  readonly untouchable = new Set<FileName>();
  readonly quirks = new Set<TerminalQuirk>();
  /** Goes up with everything that was learned. */
  lessons = 0;
  #maxBlockBytes = Number.POSITIVE_INFINITY;

  /** Sizes to try, largest first. */
  blockSizes(channel: SecureChannel): readonly number[] {
    const largest = maxAnswerBytes(channel);
    const stated = Math.min((this.bufferSizes?.responseBytes ?? 0) - EXTENDED_OVERHEAD_BYTES, MAX_EXTENDED_BLOCK_BYTES);
    const sizes = [...(stated > largest ? [stated] : []), largest, ...BLOCK_STEPS];
    const allowed = sizes.filter((size) => size <= this.#maxBlockBytes);
    const limit = this.#maxBlockBytes;
    return Number.isFinite(limit) && allowed[0] !== limit ? [limit, ...allowed] : allowed;
  }

  blockBytes(channel: SecureChannel): number {
    return this.blockSizes(channel)[0]!;
  }

  /** @returns false when there is nothing smaller left to try */
  stepDown(channel: SecureChannel): boolean {
    const smaller = this.blockSizes(channel)[1];
    return smaller !== undefined && this.limitBlock(smaller, 'smallerBlocks');
  }

  /** @returns false when the chip takes no more than that already */
  limitBlock(bytes: number, quirk: TerminalQuirk): boolean {
    if (bytes < MIN_BLOCK_BYTES || bytes >= this.#maxBlockBytes) return false;
    this.#maxBlockBytes = bytes;
    this.note(quirk);
    return true;
  }

  /** @param firstPartBytes of an answer that came in parts */
  noteParts(firstPartBytes: number | undefined): void {
    if (firstPartBytes === undefined) return;
    if (!this.limitBlock(firstPartBytes - SHORT_OVERHEAD_BYTES, 'answersInParts')) this.quirks.add('answersInParts');
  }

  note(quirk: TerminalQuirk): void {
    this.quirks.add(quirk);
    this.lessons++;
  }
}
