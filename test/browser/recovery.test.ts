import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { repositoryRoot } from '../../apps/cli/src/system/start-system.ts';
import { startTestServer, type TestServer } from '../../apps/server/test/start-test-server.ts';
import { createCitizen } from '../../apps/server/test/test-citizen.ts';
import { contentHash, signPossession } from '@visavis/contract';
import { type CitizenBrowser, openCitizenBrowser } from '../support/citizen-browser.ts';
import { press, refusal, screen } from '../support/walk-through.ts';

/** Back into an identity after a lost device, and the e-mail that tells of it. What sealed room and passport would do is played. */

let server: TestServer;
let mailDir: string;
const browsers: CitizenBrowser[] = [];

beforeAll(async () => {
  mailDir = await mkdtemp(join(tmpdir(), 'visavis-test-mail-'));
  server = await startTestServer({ VISAVIS_SITE_DIR: join(repositoryRoot, 'apps/web/dist'), VISAVIS_MODE: 'demo', VISAVIS_MAIL_DIR: mailDir });
});
afterAll(async () => {
  for (const browser of browsers) await browser.close();
  await server?.stop();
  await rm(mailDir, { recursive: true });
});

async function newBrowser(): Promise<CitizenBrowser> {
  const browser = await openCitizenBrowser('denied');
  browsers.push(browser);
  await browser.page.goto(server.origin);
  return browser;
}

const makePasskey = (page: Page, options: unknown) =>
  page.evaluate(
    async (json) => {
      const made = (await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(json as PublicKeyCredentialCreationOptionsJSON) })) as PublicKeyCredential;
      return { ...(made.toJSON() as object), clientExtensionResults: {} };
    },
    options,
  );

async function enrolIn(page: Page, citizen: ReturnType<typeof createCitizen>, documentNumber: string): Promise<void> {
  const enrolment = await citizen.begin();
  const asked = await citizen.browser.fetch(`${server.origin}/api/enrolments/${enrolment.enrolmentId}/passkey-options`, { json: { possession: await enrolment.possession('passkeyOptions') } });
  const passkey = await makePasskey(page, await asked.json());
  const verdict = await enrolment.verdict({ document: { ...enrolment.claims().document, documentNumber } });
  expect((await enrolment.bind({ possession: await enrolment.possession('bind'), verdict, boothCertificate: enrolment.boothCertificate, passkey })).status).toBe(201);
}

async function beginRecoveryIn(page: Page, citizen: ReturnType<typeof createCitizen>, documentNumber: string): Promise<void> {
  const enrolment = await citizen.begin();
  const { enrolmentId, boothCertificate, key } = enrolment;
  const verdict = await enrolment.verdict({ document: { ...enrolment.claims().document, documentNumber } });
  const possession = (action: 'recoveryOptions' | 'recover', over?: string) => signPossession({ enrolmentId, action, publicKey: key.publicKey, privateKey: key.privateKey, atMs: Date.now(), ...(over !== undefined && { over }) });
  const path = `${server.origin}/api/enrolments/${enrolmentId}`;
  const asked = await citizen.browser.fetch(`${path}/recovery-options`, { json: { possession: await possession('recoveryOptions'), verdict, boothCertificate } });
  expect(asked.status).toBe(200);
  const passkey = await makePasskey(page, await asked.json());
  const body = { possession: await possession('recover', await contentHash({ passkey })), verdict, boothCertificate, passkey };
  const started = await citizen.browser.fetch(`${path}/recovery`, { json: body });
  expect(started.status).toBe(201);
  // Nothing opens an account yet.
  expect(started.headers.get('set-cookie')).toBeNull();
}

async function openAccount(page: Page): Promise<void> {
  await page.goto(`${server.origin}/account`);
  await page.locator('[data-screen="account"], [data-screen="account-sign-in"]').first().waitFor();
  if ((await page.locator('[data-screen="account-sign-in"]').count()) > 0) await press(page, 'Sign in with my passkey');
  await screen(page, 'account');
}

/** The newest mail that says this. */
async function mail(words: string): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    for (const file of (await readdir(mailDir)).toSorted().toReversed()) {
      const text = await readFile(join(mailDir, file), 'utf8');
      if (text.includes(words)) return text;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`no mail says ${words}`);
}

it('a citizen confirms an e-mail address, stops a recovery that was not theirs, and completes one that is', async () => {
  const citizen = createCitizen(server);
  const [first, second] = [await newBrowser(), await newBrowser()];
  await enrolIn(first.page, citizen, 'RECOVER01');
  await openAccount(first.page);

  await first.page.getByLabel('E-mail address').fill('fs0c131y@protonmail.com@presidence@elysee.fr');
  await press(first.page, 'Send me a code');
  await first.page.getByText('This is not an e-mail address as we can use it.').waitFor();
  await first.look('60-email-refused');
  await first.page.getByLabel('E-mail address').fill('ada@Example.org');
  await press(first.page, 'Send me a code');
  await first.page.getByText('We sent a code to ada@example.org.').waitFor();
  const code = /Your code is ([0-9]{8})/.exec(await mail('Your code is'))![1]!;
  await first.page.getByLabel('Code from the e-mail').fill('00000000' === code ? '11111111' : '00000000');
  await press(first.page, 'Confirm');
  expect(await refusal(first.page)).toBe('EMAIL_CODE_REFUSED');
  await first.look('61-email-code');
  await first.page.getByLabel('Code from the e-mail').fill(code);
  await press(first.page, 'Confirm');
  await first.page.locator('[data-email="ada@example.org"]').waitFor();
  // Neither the address nor the act that names it lies anywhere in clear.
  const { rows } = await server.database.query<{ subject: string }>(`SELECT subject FROM challenges WHERE subject LIKE '%example%'`);
  expect(rows).toEqual([]);

  // Somebody with the passport and a face like it: the holder of the device stops them.
  await beginRecoveryIn(second.page, citizen, 'RECOVER01');
  await openAccount(first.page);
  await first.page.locator('[data-recovery]').waitFor();
  await first.page.locator('[data-notice="recoveryStarted"]').waitFor();
  expect(await mail('There is a notice in your account.')).toMatch(/^To: ada@example\.org\n/);
  await first.look('62-recovery-notice');
  await press(first.page, 'This is not me: stop it');
  await first.page.getByText('The recovery is stopped.').waitFor();
  await openAccount(first.page);
  await press(first.page, 'Put away: A recovery was stopped');
  await first.page.locator('[data-notice="recoveryVetoed"]').waitFor({ state: 'detached' });

  await second.page.goto(`${server.origin}/account`);
  await screen(second.page, 'account-sign-in');
  await second.look('63-account-sign-in');
  await second.page.getByRole('link', { name: 'Recover your identity' }).click();
  await screen(second.page, 'recovery');
  await press(second.page, 'Go on with my new passkey');
  expect(await refusal(second.page)).toBe('RECOVERY_PASSKEY_REFUSED');
  await second.look('64-recovery-refused');

  // Now it is the citizen, with a new device.
  await second.forgetNewestPasskey();
  await beginRecoveryIn(second.page, citizen, 'RECOVER01');
  await second.page.goto(`${server.origin}/recover`);
  await screen(second.page, 'recovery');
  await press(second.page, 'Go on with my new passkey');
  await second.page.getByText('Nobody has stopped your recovery.').waitFor();
  await second.look('65-recovery-waits');
  // A day later.
  await server.database.query(`UPDATE recoveries SET ready_at = ready_at - interval '24 hours' WHERE state = 'waiting'`);
  await press(second.page, 'Go on with my new passkey');
  await screen(second.page, 'recovery-ready');
  await second.look('66-recovery-ready');
  await press(second.page, 'Finish with my new passkey');
  await screen(second.page, 'account');
  await second.page.locator('[data-notice="recoveryCompleted"]').waitFor();
  await second.look('67-recovered-account');

  // The old device is out.
  await first.page.goto(`${server.origin}/account`);
  await screen(first.page, 'account-sign-in');
  await press(first.page, 'Sign in with my passkey');
  expect(await refusal(first.page)).toMatch(/^SIGN_IN_PASSKEY_/);
});
