import { jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { castMember } from '../../apps/cli/src/citizen/cast-member.ts';
import { startSystem, type System } from '../../apps/cli/src/system/start-system.ts';
import { type CitizenBrowser, openCitizenBrowser } from '../support/citizen-browser.ts';
import { enterByFaceDoor, faceTheCamera, honestlySees, makeDemoPassport, press, screen } from '../support/walk-through.ts';

/** The demo's service for trying out, as docs/franceconnect.md names it. */
const sandbox = { client_id: 'franceconnect-sandbox', client_secret: 'franceconnect-sandbox-is-no-secret', redirect_uri: 'http://localhost:8085/callback' };

let system: System;
let browser: CitizenBrowser;

beforeAll(async () => {
  system = await startSystem({ ports: 'free', booths: 1 });
  browser = await openCitizenBrowser({ presenter: (await castMember(2)).presenter(7) });
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

it('a citizen of the demo signs in to a service that was written for FranceConnect, and sees who proves what', async () => {
  const { page, look } = browser;
  await enterByFaceDoor(page, system.siteUrl);
  await makeDemoPassport(page, { givenNames: 'Chloé Marie', familyName: "D'Arc" });
  await faceTheCamera(page);
  await honestlySees(page, '[data-screen="result"]');
  expect(await page.locator('[data-outcome]').getAttribute('data-outcome')).toBe('accept');
  await press(page, 'Create my passkey');
  await screen(page, 'account');

  // Nobody listens there: what the browser brings is looked at.
  await page.route(`${sandbox.redirect_uri}**`, async (route) => route.fulfill({ body: 'back at the service' }));
  const issuer = `${system.siteUrl}/api/v2`;
  const { client_id, redirect_uri } = sandbox;
  const asked = { client_id, redirect_uri, response_type: 'code', scope: 'openid identite_pivot email', acr_values: 'eidas1', state: 's'.repeat(32), nonce: 'n'.repeat(32) };
  await page.goto(`${issuer}/authorize?${new URLSearchParams(asked).toString()}`);
  await screen(page, 'sign-in');
  await press(page, 'Continue with my passkey');
  await screen(page, 'sign-in-consent');
  await look('40-franceconnect-consent');
  const shown = async (claim: string): Promise<string> => page.locator(`[data-claim="${claim}"] dd`).innerText();
  expect(await shown('given_name')).toBe('CHLOE MARIE');
  expect(await shown('given_name_array')).toMatch(/^Chloe, Marie\s+from the civil registry$/);
  expect(await shown('birthcountry')).toMatch(/^(France|A country with the code 99217 in France’s official list \(INSEE\))\s+from the civil registry$/);
  expect(await page.locator('[data-voluntary-claim="email"]').innerText()).toContain('Nobody has proved it yet.');
  await press(page, 'Agree and continue');
  await page.getByText('back at the service').waitFor();

  const back = new URL(page.url()).searchParams;
  expect(back.get('state')).toBe(asked.state);
  const token = await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams({ ...sandbox, grant_type: 'authorization_code', code: back.get('code') ?? '' }) });
  const { access_token, id_token } = (await token.json()) as { access_token: string; id_token: string };
  const verified = async (jws: string) => (await jwtVerify(jws, new TextEncoder().encode(sandbox.client_secret), { issuer, audience: client_id, algorithms: ['HS256'] })).payload;
  expect(await verified(id_token)).toMatchObject({ acr: 'eidas1', nonce: asked.nonce });
  const told = await verified(await (await fetch(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } })).text());
  expect(told).toMatchObject({ given_name: 'CHLOE MARIE', given_name_array: ['Chloe', 'Marie'], birthdate: '1990-05-14', birthcountry: expect.stringMatching(/^99(100|217)$/) as string });
  expect(told).not.toHaveProperty('email');
});
