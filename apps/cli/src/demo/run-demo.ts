import { join } from 'node:path';
import { openStateAnchors } from '../attack/chip-attacks.ts';
import { isFree } from '../system/free-port.ts';
import { repositoryRoot, startSystem } from '../system/start-system.ts';

const PORTS = { site: 8080, taxOffice: 8081, specimenState: 8090 } as const;

/** Whoever attacks the demonstration with script/attack brings document after document. */
const CHALLENGERS_PER_MINUTE = 600;

/** The whole system with a made-up state, until it is told to stop. */
export async function runDemo(): Promise<number> {
  for (const port of Object.values(PORTS)) {
    if (await isFree(port)) continue;
    console.error(`Port ${port} is in use, perhaps by another demo. Stop that program, then run this again.`);
    return 1;
  }
  console.log('Starting the made-up state, PostgreSQL, two booths, the server and the tax office …');
  const system = await startSystem({ ports: PORTS, stateDir: join(repositoryRoot, '.state/demo'), booths: 2, moreAnchors: await openStateAnchors(Date.now()), enrolmentsPerMinute: CHALLENGERS_PER_MINUTE });
  console.log(`
  Visavis is running.       ${system.siteUrl}

  1. Open that address in a browser with a camera and click “With my face, here and now”.
  2. Agree, then have a demo passport made: a photo of yourself becomes the portrait in its chip.
  3. Look at the camera and do what the page asks. The booth decides, and forgets.
  4. Make a passkey. You have a digital identity.
  5. Sign in with it to the tax office: ${system.taxOfficeUrl}

  Then try to get in without all that: script/attack ${system.siteUrl}

  Everything stays on this machine. Ctrl-C stops it.
`);
  const asked = await Promise.race([
    new Promise<boolean>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(true));
    }),
    system.server.gone.then(() => false),
  ]);
  console.log(asked ? '\nStopping …' : '\nThe server ended by itself. Stopping the rest …');
  await system.stop();
  return asked ? 0 : 1;
}
