import { buildApp } from './build-app.ts';
import { readConfiguration } from './configuration.ts';
import { createSessionStore } from './sessions.ts';
import { createSignIn } from './sign-in.ts';

const asked = new Promise<void>((resolve) => {
  process.once('SIGTERM', resolve);
  process.once('SIGINT', resolve);
});
try {
  const configuration = readConfiguration(process.env);
  const app = buildApp(configuration, createSignIn(configuration), createSessionStore(() => Date.now()));
  await app.listen({ host: configuration.host, port: configuration.port });
  process.stdout.write(`${JSON.stringify({ ready: true, url: configuration.origin, pid: process.pid })}\n`);
  await asked;
  await app.close();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
