import { parseArgs } from 'node:util';
import { type VerifiedReceipt, verifyReceiptFile } from '@visavis/client';
import { receiptFaults } from '@visavis/contract';
import { err, type Result, toPublic } from '@visavis/kernel';
import { logFaults } from '@visavis/log';
import type { AuditCommand } from '../audit-command.ts';
import { describeReceipt } from './describe-receipt.ts';
import { receiptAuditFaults } from './faults.ts';
import { readPinnedKeys } from './pinned-keys.ts';
import { readSmallFile } from './read-small-file.ts';

type Keys = Parameters<typeof readPinnedKeys>[0];

/** Verifies an erasure receipt offline. */
export const auditReceipt: AuditCommand = {
  usage: 'receipt FILE --keys KEYS_FILE | --operator-key FILE|- --log-key KEY [--json]',
  about: 'checks an erasure receipt without any connection: who signed it, that it is in the log, and what it says',
  async run(args) {
    const asked = readArguments(args);
    if (asked === undefined) {
      console.error(`visavis audit ${auditReceipt.usage}`);
      return 2;
    }
    const verified = await verify(asked.file, asked.keys);
    if (verified.ok) {
      const { claims, logged } = verified.value;
      console.log(asked.json ? JSON.stringify({ holds: true, claims, logged }) : describeReceipt(verified.value));
      return 0;
    }
    const { code, meaning, nextStep } = toPublic(verified.fault, receiptFaults, logFaults, receiptAuditFaults);
    const { detail } = verified.fault;
    if (asked.json) console.log(JSON.stringify({ holds: false, fault: { code, detail, meaning, nextStep } }));
    else console.error(`${code} ${JSON.stringify(detail)}\n${meaning}\n${nextStep}`);
    return 1;
  },
};

function readArguments(args: readonly string[]): { readonly file: string; readonly keys: Keys; readonly json: boolean } | undefined {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { keys: { type: 'string' }, 'operator-key': { type: 'string' }, 'log-key': { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    const [file, ...rest] = positionals;
    const { keys, 'operator-key': operatorKey, 'log-key': logKey, json } = values;
    if (file === undefined || rest.length > 0) return undefined;
    if (keys !== undefined) return operatorKey === undefined && logKey === undefined ? { file, keys: { keys }, json } : undefined;
    // No key is no check: there is none that could be taken for granted.
    return operatorKey === undefined || logKey === undefined ? undefined : { file, keys: { operatorKey, logKey }, json };
  } catch {
    return undefined;
  }
}

/** @faults of `verifyReceiptFile`, AUDIT_FILE_UNREADABLE, AUDIT_KEYS_UNREADABLE */
async function verify(file: string, from: Keys): Promise<Result<VerifiedReceipt>> {
  const keys = await readPinnedKeys(from);
  if (!keys.ok) return keys;
  const content = await readSmallFile(file);
  if (content === undefined) return err(receiptAuditFaults.fault('AUDIT_FILE_UNREADABLE'));
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    return err(receiptFaults.fault('RECEIPT_INVALID', { reason: 'form' }));
  }
  return verifyReceiptFile(json, keys.value);
}
