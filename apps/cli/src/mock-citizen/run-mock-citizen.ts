import { CITIZENS, startMockProvider } from '@visavis/mock-citizen';
import { readFile } from 'node:fs/promises';

/** Until Ctrl-C. @returns the exit status */
export async function runMockCitizen(servicesFile: string | undefined, port: number): Promise<number> {
  if (servicesFile === undefined) {
    console.error('visavis mock-citizen needs --services FILE: a JSON list of registrations, as in docs/services.md');
    return 2;
  }
  const started = await startMockProvider(JSON.parse(await readFile(servicesFile, 'utf8')), port);
  if (!started.ok) {
    console.error(`${servicesFile} is refused:\n${started.fault.join('\n')}`);
    return 1;
  }
  console.log(`issuer ${started.value.issuer}\n\nlogin_hint, and who answers:`);
  for (const { hint, about } of CITIZENS) console.log(`  ${hint.padEnd(18)} ${about}`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await started.value.stop();
  return 0;
}
