import { createAccounts } from './accounts.ts';
import { buildApp } from './build-app.ts';
import { readConfiguration } from './configuration.ts';
import { createKeys } from './keys.ts';
import { createSessionStore } from './sessions.ts';
import { createSignIn } from './sign-in.ts';

const asked = new Promise<void>((resolve) => {
  process.once('SIGTERM', resolve);
  process.once('SIGINT', resolve);
});
try {
  const configuration = readConfiguration(process.env);
  const keys = await createKeys();
  const app = buildApp({ configuration, keys, signIn: createSignIn(configuration, keys), sessions: createSessionStore(() => Date.now()), accounts: createAccounts() });
  await app.listen({ host: configuration.host, port: configuration.port });
  process.stdout.write(`${JSON.stringify({ ready: true, url: configuration.origin, pid: process.pid })}\n`);
  await asked;
  await app.close();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
