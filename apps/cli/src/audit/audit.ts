import type { AuditCommand } from './audit-command.ts';
import { forgettingCommand } from './forgetting/forgetting-command.ts';
import { auditLog } from './log/audit-log.ts';
import { auditKeys } from './receipt/audit-keys.ts';
import { auditReceipt } from './receipt/audit-receipt.ts';

export const audits: Readonly<Record<string, AuditCommand>> = {
  forgetting: forgettingCommand,
  log: auditLog,
  receipt: auditReceipt,
  keys: auditKeys,
};

export const auditUsage = (): string => Object.values(audits).map(({ usage, about }) => `  visavis audit ${usage}\n      ${about}`).join('\n');

export async function runAudit([name, ...args]: readonly string[]): Promise<number> {
  const audit = name !== undefined && Object.hasOwn(audits, name) ? audits[name] : undefined;
  if (audit === undefined) {
    console.error(`visavis: ${name === undefined ? 'audit what?' : `no audit '${name}'`} There are:\n\n${auditUsage()}`);
    return 2;
  }
  return audit.run(args);
}
