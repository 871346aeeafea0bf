import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../apps/server/test/start-test-server.ts';
import { repositoryRoot } from '../../apps/cli/src/system/start-system.ts';
import { type CitizenBrowser, openCitizenBrowser } from '../support/citizen-browser.ts';
import { enrolInBrowser } from '../support/enrol-in-browser.ts';
import { press, refusal, screen } from '../support/walk-through.ts';

let server: TestServer;
const browsers: CitizenBrowser[] = [];
beforeAll(async () => {
  server = await startTestServer({ VISAVIS_SITE_DIR: join(repositoryRoot, 'apps/web/dist') });
});
afterEach(async () => {
  for (const browser of browsers.splice(0)) await browser.close();
});
afterAll(() => server?.stop());

async function newBrowser(): Promise<CitizenBrowser> {
  const browser = await openCitizenBrowser('denied');
  browsers.push(browser);
  return browser;
}

async function openForm(page: Page): Promise<void> {
  await enrolInBrowser(server, page);
  await page.goto(`${server.origin}/account`);
  await press(page, 'Sign in with my passkey');
  await screen(page, 'account');
  await press(page, 'Make a proof');
}
async function makeProof(page: Page, views: 'Once' | '3 times' = 'Once'): Promise<string> {
  await page.getByRole('checkbox', { name: 'Family name' }).check({ force: true });
  await page.getByRole('checkbox', { name: '18 or older' }).check({ force: true });
  await page.getByLabel('Who it is for').fill('Ms Martin, Sunny Homes');
  await page.getByLabel('What it is for').fill(' rent  a flat ');
  await page.getByRole('radio', { name: '1 hour' }).check();
  await page.getByRole('radio', { name: views }).check();
  await press(page, 'Make it, with my passkey');
  return (await page.locator('[data-proof-link]').getAttribute('data-proof-link'))!;
}

it('a citizen shows two attributes to a landlord, who looks once in their own browser and nothing else learns of it', async () => {
  const [citizen, landlord] = [await newBrowser(), await newBrowser()];
  await openForm(citizen.page);
  await press(citizen.page, 'Make it, with my passkey');
  await citizen.page.getByText('Choose at least one thing to show.').waitFor();
  await citizen.look('95-proof-form');
  const link = await makeProof(citizen.page);
  expect(link).toMatch(new RegExp(`^${server.origin}/check#[\\w-]{43}$`));
  await citizen.page.locator('svg .qr-dark').waitFor();
  await citizen.look('96-proof-made');

  const asked: string[] = [];
  landlord.page.on('request', (request) => asked.push(`${request.method()} ${request.url()} ${request.postData() ?? ''} ${JSON.stringify(request.headers())}`));
  await landlord.page.goto(link);
  await screen(landlord.page, 'check');
  await landlord.look('97-proof-check');
  // As a program does that loads a page to show a preview of it.
  await landlord.page.reload();
  await screen(landlord.page, 'check');
  expect(asked.filter((line) => line.includes('shared-proofs'))).toEqual([]);
  await press(landlord.page, 'Look at it');
  await screen(landlord.page, 'check-seen');
  const facts = (await landlord.page.locator('[data-proof] dl').allInnerTexts()).join('\n');
  for (const shown of ['LOVELACE', 'Yes', 'Ms Martin, Sunny Homes', 'rent a flat', 'None: this was the last']) expect(facts).toContain(shown);
  expect(facts).not.toMatch(/ADA|19[89]\d/);
  await landlord.look('98-proof-seen');
  // The secret stays in the page: no request, no header and no address has it.
  const secret = link.slice(link.indexOf('#') + 1);
  expect(asked.filter((line) => line.includes(secret))).toEqual([]);
  expect(asked.filter((line) => /LOVELACE|Martin/.test(line))).toEqual([]);
  expect(landlord.page.url()).toBe(`${server.origin}/check`);

  await landlord.page.goto('about:blank');
  await landlord.page.goto(link);
  await press(landlord.page, 'Look at it');
  expect(await refusal(landlord.page)).toBe('SHARED_PROOF_USED');
  await landlord.look('99-proof-used');
  await citizen.page.reload();
  await citizen.page.locator('[data-shared-proof="used"]').waitFor();
  await citizen.page.getByText('Looked at 1 of 1 times:').waitFor();
  await citizen.page.getByText('Somebody looked at a proof you shared').waitFor();
  await citizen.look('99a-proof-list');
});

it('what was taken back shows nothing, and a link that was cut says so without asking anybody', async () => {
  const [citizen, landlord] = [await newBrowser(), await newBrowser()];
  await openForm(citizen.page);
  const link = await makeProof(citizen.page, '3 times');
  await landlord.page.goto(link);
  await press(landlord.page, 'Look at it');
  await screen(landlord.page, 'check-seen');
  await press(citizen.page, 'Take it back: proof for Ms Martin, Sunny Homes');
  await citizen.page.locator('[data-shared-proof="revoked"]').waitFor();
  for (const [address, code] of [[link, 'SHARED_PROOF_REVOKED'], [link.slice(0, -1), 'SHARED_PROOF_LINK_BROKEN'], [link.replace(/#.{4}/, '#AAAA'), 'SHARED_PROOF_UNKNOWN']] as const) {
    await landlord.page.goto('about:blank');
    await landlord.page.goto(address);
    await press(landlord.page, 'Look at it');
    expect(await refusal(landlord.page)).toBe(code);
  }
  await landlord.page.goto(`${server.origin}/check`);
  await landlord.page.reload();
  await landlord.page.getByText('This page opens proofs that people share.').waitFor();
});
