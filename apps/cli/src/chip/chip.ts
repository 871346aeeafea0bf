import { CHIP_READ_USAGE, runChipRead } from './chip-read.ts';
import { CHIP_VERIFY_USAGE, runChipVerify } from './chip-verify.ts';

export const chipUsage = (): string =>
  `  visavis chip ${CHIP_READ_USAGE}\n      reads and checks the document on a PC/SC reader; alone: lists the readers\n  visavis chip ${CHIP_VERIFY_USAGE}\n      checks a document's files without its chip: signature, signer, withdrawal, every data group's hash`;

export async function runChip([command, ...args]: readonly string[], nowMs: number): Promise<number> {
  if (command === 'read') return runChipRead(args, nowMs);
  if (command === 'verify') return runChipVerify(args, nowMs);
  console.error(chipUsage());
  return 2;
}
