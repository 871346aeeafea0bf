import { fetchConfiguration } from '@visavis/client';
import type { AuditCommand } from '../audit-command.ts';
import { receiptAuditFaults } from './faults.ts';

/** Prints a service's keys, for keeping. Their first copy is believed: it should come from somewhere else, or be compared. */
export const auditKeys: AuditCommand = {
  usage: 'keys URL > keys.json',
  about: 'prints the keys that a service signs with, to keep and to check receipts and log against later',
  async run([url, ...rest]) {
    const origin = url === undefined || rest.length > 0 ? undefined : URL.parse(url)?.origin;
    if (origin === undefined || !/^https?:/.test(origin)) {
      console.error(`visavis audit ${auditKeys.usage}`);
      return 2;
    }
    const configuration = await fetchConfiguration({ origin, fetch, openSocket: (at) => new WebSocket(at) });
    if (!configuration.ok) {
      const { meaning, nextStep } = receiptAuditFaults.entries.AUDIT_SERVER_UNREACHABLE;
      console.error(`AUDIT_SERVER_UNREACHABLE ${configuration.fault.code}\n${meaning}\n${nextStep}`);
      return 1;
    }
    const { operatorKey, logKey } = configuration.value;
    console.log(JSON.stringify({ operatorKey, logKey }, undefined, 2));
    console.error(`These keys come from ${origin} itself. Compare them with those that the operator publishes elsewhere before you rely on them.`);
    return 0;
  },
};
