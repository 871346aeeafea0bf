import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { deskRole } from '@visavis/contract';
import { inviteAgent, listAgents, migrate, withdrawAgent } from '@visavis/registry';
import { z } from 'zod';
import { readConfiguration } from '../configuration.ts';
import { openPool } from '../open-pool.ts';

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
  const configuration = readConfiguration(process.env, false);
  if (configuration.databaseUrl === undefined) throw new Error('DATABASE_URL is needed: an embedded database belongs to its server alone');
  const pool = openPool({ connectionString: configuration.databaseUrl }, () => undefined);
  try {
    await migrate(pool);
    const registry = { pool, clock: () => Date.now(), random: (n: number) => new Uint8Array(randomBytes(n)) };
    const print = (what: unknown): void => void process.stdout.write(`${JSON.stringify(what)}\n`);
    if (verb === 'list') print(await listAgents(registry));
    else if (verb === 'invite') print(await inviteAgent(registry, { name: target, roles: roles.data }));
    else if (await withdrawAgent(registry, target)) print({ withdrawn: target });
    else throw new Error(`${target}: no such agent at work`);
  } finally {
    await pool.end();
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
