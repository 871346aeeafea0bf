import { createServer, type Socket } from 'node:net';
import { confirmEmail, eraseIdentity, findIdentity, findWaitingEmail, freezeIdentity, giveNotice, listNotices, mailNotices, removeEmail, startEmail } from '@visavis/registry';
import addressparser from 'nodemailer/lib/addressparser';
import { emailAddress } from '@visavis/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSmtpMailer } from '../src/mail/smtp-mailer.ts';
import { codeMail, noticeMail } from '../src/mail/mailer.ts';
import { accepted, enrolAt, newDocument } from './registry-citizen.ts';
import { startTestRegistry, type TestRegistry } from './start-test-registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startTestRegistry();
});
beforeEach(() => registry.moveTo('2026-11-22T12:00:00Z'));
afterAll(() => registry?.close());

const codeOf = (result: { readonly ok: boolean; readonly fault?: { readonly code: string } }): string => (result.ok ? 'ok' : result.fault!.code);
const emailOf = async (identityId: string) => (await findIdentity(registry, identityId))?.email;
const noticesOf = async (identityId: string) => (await listNotices(registry, identityId)).map(({ kind }) => kind);

async function sent(identityId: string, address = 'ada@example.org'): Promise<string> {
  const code = await startEmail(registry, identityId, address);
  if (!code.ok) throw new Error(code.fault.code);
  return code.value;
}
const another = (code: string): string => String((Number(code) + 1) % 1e8).padStart(8, '0');

describe('an e-mail address', () => {
  it('is the identity’s once its code came back, is sealed, stays through a renewal, and goes when it is removed', async () => {
    const { identityId, person, authenticator } = await enrolAt(registry);
    const code = await sent(identityId);
    expect(code).toMatch(/^[0-9]{8}$/);
    expect([await emailOf(identityId), await findWaitingEmail(registry, identityId)]).toEqual([undefined, 'ada@example.org']);
    expect(await confirmEmail(registry, identityId, code)).toEqual({ ok: true, value: { before: undefined } });
    expect([await emailOf(identityId), await findWaitingEmail(registry, identityId)]).toEqual(['ada@example.org', undefined]);
    const { rows } = await registry.pool.query<{ all: string }>(`SELECT string_agg(encode(sealed, 'escape'), '') AS all FROM (SELECT sealed FROM identities UNION ALL SELECT sealed FROM email_codes WHERE sealed IS NOT NULL) AS rows`);
    expect(rows[0]!.all).not.toContain('example.org');
    const renewal = await accepted(registry, { person, document: newDocument() });
    expect(codeOf(await renewal.bind(await renewal.renewal(authenticator)))).toBe('ok');
    expect(await emailOf(identityId)).toBe('ada@example.org');
    expect(await confirmEmail(registry, identityId, await sent(identityId, 'new@example.org'))).toEqual({ ok: true, value: { before: 'ada@example.org' } });
    expect(await removeEmail(registry, identityId)).toEqual({ ok: true, value: { before: 'new@example.org' } });
    expect(await emailOf(identityId)).toBeUndefined();
    expect((await noticesOf(identityId)).toSorted()).toEqual(['emailChanged', 'emailConfirmed', 'emailRemoved']);
  });

  it('of twenty confirmations at once exactly one counts', async () => {
    for (let round = 0; round < 5; round++) {
      const { identityId } = await enrolAt(registry);
      const code = await sent(identityId);
      const codes = (await Promise.all(Array.from({ length: 20 }, () => confirmEmail(registry, identityId, code)))).map(codeOf);
      expect(codes.filter((each) => each === 'ok')).toHaveLength(1);
      expect(new Set(codes)).toEqual(new Set(['ok', 'EMAIL_CODE_REFUSED']));
      expect(await noticesOf(identityId)).toEqual(['emailConfirmed']);
    }
  });

  const attacks: readonly (readonly [name: string, code: string, attempt: () => Promise<string>])[] = [
    ['a wrong code', 'EMAIL_CODE_REFUSED', async () => {
      const { identityId } = await enrolAt(registry);
      return codeOf(await confirmEmail(registry, identityId, another(await sent(identityId))));
    }],
    ['the right code after five wrong ones', 'EMAIL_CODE_REFUSED', async () => {
      const { identityId } = await enrolAt(registry);
      const code = await sent(identityId);
      for (let time = 0; time < 5; time++) await confirmEmail(registry, identityId, another(code));
      return codeOf(await confirmEmail(registry, identityId, code));
    }],
    ['a code a second time', 'EMAIL_CODE_REFUSED', async () => {
      const { identityId } = await enrolAt(registry);
      const code = await sent(identityId);
      await confirmEmail(registry, identityId, code);
      return codeOf(await confirmEmail(registry, identityId, code));
    }],
    ['a code after an hour', 'EMAIL_CODE_REFUSED', async () => {
      const { identityId } = await enrolAt(registry);
      const code = await sent(identityId);
      registry.moveTo('2026-11-22T13:00:00Z');
      return codeOf(await confirmEmail(registry, identityId, code));
    }],
    ['the code of an address that another took the place of', 'EMAIL_CODE_REFUSED', async () => {
      const { identityId } = await enrolAt(registry);
      const first = await sent(identityId);
      let second = await sent(identityId, 'evil@example.org');
      if (second === first) second = await sent(identityId, 'evil@example.org');
      return codeOf(await confirmEmail(registry, identityId, first));
    }],
    ["another citizen's code", 'EMAIL_CODE_REFUSED', async () => {
      const [citizen, other] = [await enrolAt(registry), await enrolAt(registry)];
      return codeOf(await confirmEmail(registry, other.identityId, await sent(citizen.identityId)));
    }],
    ['a sixth code within a day', 'EMAIL_TOO_MANY_CODES', async () => {
      const { identityId } = await enrolAt(registry);
      for (let time = 0; time < 5; time++) await confirmEmail(registry, identityId, await sent(identityId));
      return codeOf(await startEmail(registry, identityId, 'victim@example.org'));
    }],
    ['an address for a frozen identity', 'IDENTITY_FROZEN', async () => {
      const { identityId } = await enrolAt(registry);
      const code = await sent(identityId);
      await freezeIdentity(registry, identityId, undefined);
      expect([codeOf(await startEmail(registry, identityId, 'a@example.org')), codeOf(await removeEmail(registry, identityId))]).toEqual(['IDENTITY_FROZEN', 'IDENTITY_FROZEN']);
      return codeOf(await confirmEmail(registry, identityId, code));
    }],
  ];
  for (const [name, code, attempt] of attacks) it(`${name}: ${code}`, async () => expect(await attempt()).toBe(code));

  it('a day later there are codes again', async () => {
    const { identityId } = await enrolAt(registry);
    for (let time = 0; time < 5; time++) await sent(identityId);
    registry.moveTo('2026-11-23T12:00:00Z');
    expect(codeOf(await confirmEmail(registry, identityId, await sent(identityId)))).toBe('ok');
  });
});

describe('mail', () => {
  it('about a notice goes once to who confirmed an address, is tried again when it failed, and not for old news', async () => {
    await registry.pool.query('DELETE FROM identities');
    const [citizen, silent] = [await enrolAt(registry), await enrolAt(registry)];
    await confirmEmail(registry, citizen.identityId, await sent(citizen.identityId));
    await giveNotice(registry.pool, registry, citizen.identityId, 'recoveryStarted');
    await giveNotice(registry.pool, registry, silent.identityId, 'recoveryStarted');
    const mails: string[] = [];
    const sends = (works: boolean) => async (address: string) => (mails.push(address), works);
    expect(await mailNotices(registry, sends(false))).toBe(1);
    expect(await mailNotices(registry, sends(true))).toBe(0);
    expect(mails).toEqual(['ada@example.org']);
    registry.moveTo('2026-11-22T12:10:00Z');
    // Two servers at once.
    await Promise.all([mailNotices(registry, sends(true)), mailNotices(registry, sends(true))]);
    expect(mails.length).toBeGreaterThanOrEqual(2);
    const before = mails.length;
    registry.moveTo('2026-11-22T13:00:00Z');
    await mailNotices(registry, sends(true));
    expect(mails).toHaveLength(before);
    await giveNotice(registry.pool, registry, citizen.identityId, 'deviceAdded');
    registry.moveTo('2026-11-23T13:00:01Z');
    await mailNotices(registry, sends(true));
    expect(mails).toHaveLength(before);
    expect((await eraseIdentity(registry, citizen.identityId, 'citizen', (claims) => registry.signReceipt(claims))).ok).toBe(true);
  });

  it('says nothing about anybody and has no link', () => {
    for (const { subject, text } of [noticeMail('Visavis'), codeMail('Visavis', '12345678')]) expect(`${subject}\n${text.replace('12345678', '')}`).not.toMatch(/https?:|www\.|[0-9]{2}|@/);
  });

  it('is read by the mail library as the one address that was parsed', () => {
    const pieces = fc.constantFrom('@', '.', '"', '(', ')', '<', '>', ',', ';', ':', '\\', ' ', '\r\n', 'a', 'b', '9', '-', '+', "'", '=?', 'elysee.fr', 'evil.example');
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof(fc.array(pieces, { maxLength: 10 }).map((parts) => parts.join('')), fc.emailAddress()), (text) => {
        const parsed = emailAddress.safeParse(text);
        if (!parsed.success) return;
        taken += 1;
        expect(addressparser(parsed.data)).toEqual([{ address: parsed.data, name: '' }]);
      }),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it('is handed to no mail server that offers no encryption: it hears no address', async () => {
    const heard: string[] = [];
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.write('220 mail.test\r\n');
      socket.on('data', (bytes) => {
        heard.push(bytes.toString());
        socket.write('250 mail.test\r\n');
      });
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    try {
      expect(await createSmtpMailer(`smtp://127.0.0.1:${port}`, 'id@state.example').send({ to: 'ada@example.org', subject: 's', text: 't' })).toBe(false);
      expect(heard.length).toBeGreaterThan(0);
      expect(heard.join('')).not.toMatch(/ada@example\.org|MAIL FROM/);
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });
});
