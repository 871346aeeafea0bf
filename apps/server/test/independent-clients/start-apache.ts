import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const APACHE = '/usr/sbin/apache2';
const MODULES = '/usr/lib/apache2/modules';
const STARTS_WITHIN_MS = 20_000;

/** What stands before a website that signs people in by Apache's `mod_auth_openidc` (Debian: libapache2-mod-auth-openidc). */
export interface Apache {
  readonly origin: string;
  /** What it wrote to its error log. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

/**
 * A website behind Apache: `/secure/whoami` shows what the module told the application, `/secure/high/` is for eidas3
 * only, `/` is for everybody.
 * @param directives of the module, besides what every site needs
 * @param decryptionKey PEM, with its key id
 */
export async function startApache(port: number, directives: readonly string[], decryptionKey?: { readonly kid: string; readonly pem: string }): Promise<Apache> {
  const folder = await mkdtemp(path.join(tmpdir(), 'visavis-apache-'));
  const file = (name: string): string => path.join(folder, name);
  const origin = `http://localhost:${port}`;
  if (decryptionKey !== undefined) await writeFile(file('decryption.pem'), decryptionKey.pem);
  await writeFile(file('whoami'), "#!/bin/sh\nprintf 'content-type: text/plain\\n\\n'\nenv | grep '^OIDC_CLAIM_'\n");
  const modules = ['mpm_prefork', 'authn_core', 'authz_core', 'authz_user', 'env', 'dir', 'alias', 'cgi', 'auth_openidc'];
  const lines = [
    ...modules.map((module) => `LoadModule ${module}_module ${MODULES}/mod_${module}.so`),
    `ServerName localhost`,
    `Listen 127.0.0.1:${port}`,
    `PidFile ${file('pid')}`,
    `ErrorLog ${file('error.log')}`,
    `Mutex file:${folder}`,
    ...(process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : []),
    'StartServers 2',
    `DocumentRoot ${folder}`,
    `ScriptAlias /secure/whoami ${file('whoami')}`,
    `OIDCRedirectURI ${origin}/secure/callback`,
    'OIDCCryptoPassphrase a-passphrase-of-the-test',
    'OIDCRemoteUserClaim sub',
    'OIDCPassClaimsAs environment',
    'OIDCSessionInactivityTimeout 60',
    ...(decryptionKey === undefined ? [] : [`OIDCPrivateKeyFiles ${decryptionKey.kid}#${file('decryption.pem')}`]),
    ...directives,
    '<Location "/">',
    'Require all granted',
    '</Location>',
    '<Location "/secure/">',
    'AuthType openid-connect',
    // The test's browser says of every request that it was made by a script.
    'OIDCUnAuthAction auth true',
    'Require valid-user',
    '</Location>',
    '<Location "/secure/high/">',
    'AuthType openid-connect',
    'Require claim acr:eidas3',
    '</Location>',
  ];
  await writeFile(file('httpd.conf'), `${lines.join('\n')}\n`);
  await chmod(folder, 0o777);
  await chmod(file('whoami'), 0o755);
  // In a process group of its own: asked to stop, Apache stops everybody in its group.
  const apache = spawn(APACHE, ['-f', file('httpd.conf'), '-D', 'FOREGROUND'], { detached: true, env: { PATH: '/usr/sbin:/usr/bin:/bin' }, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  apache.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  const ended = once(apache, 'exit');
  const stop = async (): Promise<void> => {
    if (apache.exitCode === null) apache.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true });
  };
  const giveUpMs = Date.now() + STARTS_WITHIN_MS;
  while (!(await answers(origin))) {
    if (apache.exitCode !== null || Date.now() > giveUpMs) {
      await stop();
      throw new Error(`apache2 did not start: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { origin, log: () => readFile(file('error.log'), 'utf8'), stop };
}

async function answers(origin: string): Promise<boolean> {
  try {
    await fetch(origin, { redirect: 'manual' });
    return true;
  } catch {
    return false;
  }
}
