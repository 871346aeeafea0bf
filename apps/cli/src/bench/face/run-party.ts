import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { VerificationWork } from '@visavis/face/measure';
import type { PartyMeasured } from './party.ts';

const TIMEOUT_MS = 300_000;

/** One verification in a fresh process. @param file of a party, beside this one */
export function runParty(file: string, work: VerificationWork): Promise<PartyMeasured> {
  // What a party prints is its own business; what it complains of is ours.
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'], timeout: TIMEOUT_MS });
  return new Promise((resolve, reject) => {
    let measured: PartyMeasured | undefined;
    child.on('message', (message: 'ready' | PartyMeasured) => {
      if (message === 'ready') child.send(work);
      else measured = message;
    });
    child.once('error', reject);
    child.once('close', (status) => (measured === undefined ? reject(new Error(`${file} ended with ${status} and no figures`)) : resolve(measured)));
  });
}
