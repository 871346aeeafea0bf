import { CHIP_VERIFY_USAGE, runChipVerify } from './chip-verify.ts';

export const chipUsage = (): string => `  visavis chip ${CHIP_VERIFY_USAGE}\n      checks a document's files without its chip: signature, signer, withdrawal, every data group's hash`;

export async function runChip([command, ...args]: readonly string[], nowMs: number): Promise<number> {
  if (command === 'verify') return runChipVerify(args, nowMs);
  console.error(chipUsage());
  return 2;
}
