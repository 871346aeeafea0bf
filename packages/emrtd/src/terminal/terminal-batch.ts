/** One command for the relay to carry, and the beginnings of status words after which it may go on (lower-case hexadecimal; none: after any). */
export interface TerminalCommand {
  readonly apdu: Uint8Array;
  readonly accept: readonly string[];
}

/** Commands to carry to the chip in order, stopping after the first answer whose status is not accepted (as TR-03112 Transmit). */
export interface TerminalBatch {
  readonly step: 'access' | 'reading' | 'authenticity';
  readonly commands: readonly TerminalCommand[];
}

/** What came back, as far as the relay got. Everything in it is controlled by the citizen's device and the chip. */
export interface TerminalAnswers {
  readonly answers: readonly Uint8Array[];
  readonly ended: 'complete' | 'statusMismatch' | 'tagLost';
}
