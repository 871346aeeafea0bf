import { createHash } from 'node:crypto';
import { type SandboxRegistered, sandboxRegistration } from '@visavis/contract';
import { toBase64Url } from '@visavis/kernel';
import { registerDeveloperService, withdrawDeveloperService } from '@visavis/registry';
import { parseRegistration } from '@visavis/signin';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parse, refuse } from '../answer.ts';
import { serverFaults } from '../faults.ts';
import { createRateLimiter } from '../rate-limiter.ts';
import { DEVELOPER_PREFIX } from '../services/service-directory.ts';
import type { Wiring } from '../wiring.ts';

/** From one network; a developer tries a few times. */
const REGISTRATIONS_PER_MINUTE = 10;
const LIFETIME_MS = 30 * 24 * 3600 * 1000;
const SECRET_BYTES = 32;
const ID_BYTES = 8;

const clientIdParameter = z.string().regex(/^dev-[0-9a-f]{16}$/);
/** Of 43 characters, as it was given out. */
const managementSecret = z.string().regex(/^Bearer [A-Za-z0-9_-]{43}$/).transform((header) => header.slice('Bearer '.length));

const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** In the demo alone, where everything is made up: a developer registers a service without asking anybody. */
export function sandboxRoutes(app: FastifyInstance, { configuration, registry, serviceDirectory, mounts }: Wiring): void {
  // Who runs the demo at home may name their own machine; a sandbox for others calls nobody's.
  const allowLoopback = new URL(configuration.origin).hostname === 'localhost';
  const mayRegister = createRateLimiter(registry.clock, REGISTRATIONS_PER_MINUTE);
  const newSecret = (): string => toBase64Url(registry.random(SECRET_BYTES));

  app.post('/api/sandbox/services', async (request, reply) => {
    if (!mayRegister(request.ip)) return refuse(reply, serverFaults.fault('REQUEST_TOO_MANY'));
    const body = parse(sandboxRegistration, request.body);
    if (!body.ok) return refuse(reply, body.fault);
    // Made here: nobody takes the name of a service that there is, or that there was.
    const clientId = `${DEVELOPER_PREFIX}${Buffer.from(registry.random(ID_BYTES)).toString('hex')}`;
    const registration = { ...body.value, clientId, sector: clientId };
    const [clientSecret, management] = [newSecret(), newSecret()];
    const parsed = parseRegistration(registration, { registrar: 'developer', mounts, allowLoopback, secretSha256: sha256(clientSecret) });
    if (!parsed.ok) return refuse(reply, serverFaults.fault('SANDBOX_REGISTRATION_REFUSED'), parsed.fault);
    const hasSecret = 'clientSecretSha256' in parsed.value.authentication;
    const expiresAtMs = registry.clock() + LIFETIME_MS;
    const registered = await registerDeveloperService(registry, { clientId, registration, clientSecretSha256: hasSecret ? sha256(clientSecret) : undefined, managementSecretSha256: sha256(management), expiresAtMs });
    if (!registered) return refuse(reply, serverFaults.fault('SANDBOX_FULL'));
    await serviceDirectory.refresh();
    return reply.code(201).send({ clientId, ...(hasSecret ? { clientSecret } : {}), managementSecret: management, expiresAt: new Date(expiresAtMs).toISOString() } satisfies SandboxRegistered);
  });

  app.delete<{ Params: { clientId: string } }>('/api/sandbox/services/:clientId', async (request, reply) => {
    if (!mayRegister(request.ip)) return refuse(reply, serverFaults.fault('REQUEST_TOO_MANY'));
    const [clientId, secret] = [clientIdParameter.safeParse(request.params.clientId), managementSecret.safeParse(request.headers.authorization)];
    const withdrawn = clientId.success && secret.success && (await withdrawDeveloperService(registry, clientId.data, sha256(secret.data)));
    // The same for what is not there and for what is somebody else's.
    if (!withdrawn) return refuse(reply, serverFaults.fault('SANDBOX_SERVICE_UNKNOWN'));
    await serviceDirectory.refresh();
    return reply.code(204).send();
  });
}
