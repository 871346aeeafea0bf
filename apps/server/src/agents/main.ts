import { parseArgs } from 'node:util';
import { deskRole } from '@visavis/contract';
import { inviteAgent, listAgents, withdrawAgent } from '@visavis/registry';
import { z } from 'zod';
import { readConfiguration } from '../configuration.ts';
import { onServersDatabase, runOrder } from '../operator-command.ts';

const USAGE = `for the operator, with the server's own settings:
  invite NAME --role agent [--role reviewer]   somebody who works at a counter; prints their invitation, this once
  withdraw AGENT_ID                            they may do nothing any more
  list`;

const NAME = /^[\p{L}\p{N} .'-]{1,80}$/u;

/** Invites and withdraws those who work at counters, while servers run. */
async function main(): Promise<void> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { role: { type: 'string', multiple: true, default: [] } } });
  const [verb, target = '', ...rest] = positionals;
  const roles = z.array(deskRole).safeParse(values.role);
  if (rest.length > 0 || !roles.success || !['invite', 'withdraw', 'list'].includes(verb ?? '')) throw new Error(USAGE);
  if (verb === 'invite' && (!NAME.test(target) || roles.data.length === 0)) throw new Error(USAGE);
  const print = (what: unknown): void => void process.stdout.write(`${JSON.stringify(what)}\n`);
  await onServersDatabase(readConfiguration(process.env, false), async (registry) => {
    if (verb === 'list') print(await listAgents(registry));
    else if (verb === 'invite') print(await inviteAgent(registry, { name: target, roles: roles.data }));
    else if (await withdrawAgent(registry, target)) print({ withdrawn: target });
    else throw new Error(`${target}: no such agent at work`);
  });
}

await runOrder(main);
