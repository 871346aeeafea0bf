import { CHIP_READ_USAGE, runChipRead } from './chip-read.ts';
import { CHIP_SERVE_USAGE, runChipServe } from './chip-serve.ts';
import { CHIP_VERIFY_USAGE, runChipVerify } from './chip-verify.ts';

export const chipUsage = (): string =>
  `  visavis chip ${CHIP_READ_USAGE}\n      reads and checks the document on a PC/SC reader; alone: lists the readers. --mrz - and --can - read standard input\n  visavis chip ${CHIP_SERVE_USAGE}\n      carries the document on a PC/SC reader to one page in this machine's browser, until Ctrl-C; prints the address\n  visavis chip ${CHIP_VERIFY_USAGE}\n      checks a document's files without its chip: signature, signer, withdrawal (with --crl), every data group's hash\n      a master list counts only beside the certificate of the authority that stands behind it`;

/** A driver that never answers holds no program that is done. */
const LINGERING_MS = 3000;

export async function runChip(words: readonly string[], nowMs: number): Promise<number> {
  const status = await run(words, nowMs);
  setTimeout(() => process.exit(), LINGERING_MS).unref();
  return status;
}

async function run([command, ...args]: readonly string[], nowMs: number): Promise<number> {
  if (command === 'read') return runChipRead(args, nowMs);
  if (command === 'serve') return runChipServe(args);
  if (command === 'verify') return runChipVerify(args, nowMs);
  console.error(chipUsage());
  return 2;
}
