import { createTransport } from 'nodemailer';
import type { Mailer } from './mailer.ts';

/** A mail server that is silent for longer is as good as gone; the citizen waits for the code meanwhile. */
const TIMEOUT_MS = 15_000;

/**
 * Hands mail to the operator's own mail server, over TLS or not at all.
 * @param url `smtps://user:password@host:port`, or `smtp://…` where STARTTLS is then required
 * @param from the sender's address
 */
export function createSmtpMailer(url: string, from: string): Mailer {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const transport = createTransport({
    host: hostname,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure,
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text }) {
      try {
        // As objects: no second parser reads the address.
        await transport.sendMail({ from: { name: '', address: from }, to: { name: '', address: to }, envelope: { from, to: [to] }, subject, text });
        return true;
      } catch {
        return false;
      }
    },
  };
}
