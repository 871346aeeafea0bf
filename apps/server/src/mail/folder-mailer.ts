import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Mailer } from './mailer.ts';

/** The demo's mailbox: each mail a file to be opened, nothing sent to anybody. */
export function createFolderMailer(folder: string): Mailer {
  return {
    async send({ to, subject, text }) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(path.join(folder, `${new Date().toISOString().replaceAll(':', '-')}-${randomBytes(4).toString('hex')}.txt`), `To: ${to}\nSubject: ${subject}\n\n${text}`, { mode: 0o600 });
        return true;
      } catch {
        return false;
      }
    },
  };
}
