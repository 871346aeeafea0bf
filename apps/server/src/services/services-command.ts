import { createHash } from 'node:crypto';
import { type RandomBytes, toBase64Url } from '@visavis/kernel';
import { findServiceRecord, listServiceRecords, registerService, type Registry, withdrawService } from '@visavis/registry';
import { type Mount, parseRegistration, type Service } from '@visavis/signin';
import { DEVELOPER_PREFIX, publicService } from './service-directory.ts';

/** What an operator tells the command to do. */
export type ServicesOrder =
  | { readonly verb: 'register'; readonly registration: unknown; readonly by: string; /** Makes a new secret for a service that has one. */ readonly newSecret: boolean }
  | { readonly verb: 'withdraw'; readonly clientId: string; readonly by: string }
  | { readonly verb: 'list' };

export interface ServicesCommand {
  readonly registry: Pick<Registry, 'pool' | 'clock' | 'random'>;
  readonly mounts: readonly Mount[];
  readonly isDemo: boolean;
  /** Of the operator's file: what it names is changed there. */
  readonly fixed: readonly Service[];
}

const SECRET_BYTES = 32;
/** Whoever did it, as it stands in the public log. */
const BY = /^[\p{L}\p{N} .'-]{1,80}$/u;

/** @returns what the command prints, as JSON. Throws, in words for the operator, on what can not be */
export async function runServicesCommand({ registry, mounts, isDemo, fixed }: ServicesCommand, order: ServicesOrder): Promise<unknown> {
  if (order.verb === 'list') {
    const records = (await listServiceRecords(registry, 0)).filter(({ withdrawn, registrar }) => !withdrawn && registrar === 'operator');
    return [...fixed.map(({ clientId, name }) => ({ clientId, name, from: 'file' })), ...records.map(({ clientId, registration }) => ({ clientId, name: (registration as { name: unknown }).name, from: 'command' }))];
  }
  if (!BY.test(order.by)) throw new Error('--by says who does it: letters, digits and spaces, 80 at most');
  if (order.verb === 'register') return register(order);
  const record = await findServiceRecord(registry, order.clientId);
  const known = record?.registrar === 'operator' ? parse(record.registration, record.clientSecretSha256) : undefined;
  if (known === undefined || !(await withdrawService(registry, publicService(known), order.by))) throw new Error(`${order.clientId}: ${isInFile(order.clientId) ? 'is in the file of services: withdraw it there' : 'no such service'}`);
  return { withdrawn: order.clientId };

  async function register({ registration, by, newSecret }: Extract<ServicesOrder, { verb: 'register' }>): Promise<unknown> {
    const secret = newSecretOf(registry.random);
    const service = parse(registration, sha256(secret));
    if (isInFile(service.clientId)) throw new Error(`${service.clientId}: is in the file of services: change it there`);
    if (service.clientId.startsWith(DEVELOPER_PREFIX)) throw new Error(`${service.clientId}: ${DEVELOPER_PREFIX} is for developers`);
    const known = await findServiceRecord(registry, service.clientId);
    const hasSecret = 'clientSecretSha256' in service.authentication;
    // A service keeps its secret when its purposes change; one that was withdrawn gets a new one.
    const makesSecret = hasSecret && (newSecret || known?.clientSecretSha256 === undefined || known.withdrawn);
    await registerService(registry, publicService(service), { registration: registration as object, clientSecretSha256: makesSecret ? sha256(secret) : undefined, by });
    return { registered: service.clientId, ...(makesSecret ? { clientSecret: secret } : {}) };
  }

  function parse(registration: unknown, secretSha256: string | undefined): Service {
    const parsed = parseRegistration(registration, { registrar: 'operator', mounts, allowLoopback: isDemo, secretSha256 });
    if (!parsed.ok) throw new Error(parsed.fault.join('\n'));
    return parsed.value;
  }

  function isInFile(clientId: string): boolean {
    return fixed.some((service) => service.clientId === clientId);
  }
}

const newSecretOf = (random: RandomBytes): string => toBase64Url(random(SECRET_BYTES));
const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
