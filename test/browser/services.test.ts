import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestCivilRegistry, type TestCivilRegistry } from '../../apps/server/test/civil-registry.ts';
import { SERVICE_SECRET, startTestServer, type TestServer } from '../../apps/server/test/start-test-server.ts';
import { createCitizen } from '../../apps/server/test/test-citizen.ts';
import { type CitizenBrowser, openCitizenBrowser } from '../support/citizen-browser.ts';
import { press, refusal, screen } from '../support/walk-through.ts';

/** Services and accounts need no camera: booths are played by the test, the passkey is the browser's own. */
let server: TestServer;
let civilRegistry: TestCivilRegistry;
let browser: CitizenBrowser;

beforeAll(async () => {
  civilRegistry = await startTestCivilRegistry();
  civilRegistry.answer({ familyName: 'Lovelace', givenNames: ['Ada', 'Augusta'], usageName: 'King', dateOfBirth: '1985-12-10', sex: 'female', birthplace: { country: '99100', commune: '2A004' } });
  server = await startTestServer({ VISAVIS_MODE: 'demo', VISAVIS_SITE_DIR: 'apps/web/dist', VISAVIS_CIVIL_REGISTRY_URL: civilRegistry.origin }, undefined, [
    { clientId: 'chess-club', name: 'Chess Club', clientSecret: SERVICE_SECRET, redirectUris: ['https://chess.example/cb'], purposes: ['To put you on a board with people of your age'], claims: ['given_name', 'family_name', 'birthdate', 'gender', 'age_band'] },
    {
      clientId: 'town-hall', name: 'Town Hall', mount: 'franceconnect', platform: 'low', tokenEndpointAuthMethod: 'client_secret_post', clientSecret: SERVICE_SECRET, idTokenSigning: 'HS256', redirectUris: ['https://town.example/cb'], purposes: ['To fill in your forms'],
      claims: ['given_name', 'given_name_array', 'family_name', 'birthdate', 'gender', 'preferred_username', 'birthplace', 'birthcountry', 'email'],
    },
  ]);
  browser = await openCitizenBrowser('denied');
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await civilRegistry?.stop();
});

/** Enrols with a passkey that the browser makes. */
async function enrolInBrowser(): Promise<void> {
  const citizen = createCitizen(server);
  const enrolment = await citizen.begin();
  const options: unknown = await (await citizen.browser.fetch(`${server.origin}/api/enrolments/${enrolment.enrolmentId}/passkey-options`, { json: { possession: await enrolment.possession('passkeyOptions') } })).json();
  await browser.page.goto(`${server.origin}/account`);
  const passkey = await browser.page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(json as PublicKeyCredentialCreationOptionsJSON);
    // Asked for as the site does, so that it can open a history.
    publicKey.extensions = { ...publicKey.extensions, prf: {} };
    return ((await navigator.credentials.create({ publicKey })) as PublicKeyCredential).toJSON() as object;
  }, options);
  const bound = await enrolment.bind({ possession: await enrolment.possession('bind'), verdict: await enrolment.verdict(), boothCertificate: enrolment.boothCertificate, passkey });
  expect(bound.status).toBe(201);
}

const chessClub = (): string =>
  `${server.origin}/oidc/auth?${new URLSearchParams({
    client_id: 'chess-club', redirect_uri: 'https://chess.example/cb', response_type: 'code', scope: 'openid given_name', state: 's', nonce: 'n', code_challenge: 'x'.repeat(43), code_challenge_method: 'S256',
    claims: JSON.stringify({ userinfo: { age_band: null, birthdate: null } }),
  }).toString()}`;
const townHall = (): string =>
  `${server.origin}/api/v2/authorize?${new URLSearchParams({ client_id: 'town-hall', redirect_uri: 'https://town.example/cb', response_type: 'code', scope: 'openid identite_pivot preferred_username email', acr_values: 'eidas1', state: 's'.repeat(32), nonce: 'n'.repeat(32) }).toString()}`;

it('a citizen keeps a claim back, finds it in the account, changes it there, and shuts a service out from a row of the history', async () => {
  const { page, look } = browser;
  // Nobody listens there: what the browser brings is looked at.
  for (const at of ['https://chess.example/**', 'https://town.example/**']) await page.route(at, async (route) => route.fulfill({ body: 'back at the service' }));
  const openAccount = async (): Promise<void> => {
    await page.goto(`${server.origin}/account`);
    await page.locator('[data-screen^="account"]').waitFor();
    if ((await page.locator('[data-screen="account-sign-in"]').count()) > 0) await press(page, 'Sign in with my passkey');
    await screen(page, 'account');
  };
  await enrolInBrowser();
  await openAccount();
  await press(page, 'Switch on my history');
  await press(page, 'Switch on without a code');
  await page.locator('[data-history="open"]').waitFor();

  await page.goto(chessClub());
  await screen(page, 'sign-in');
  await look('60-sign-in-with-wishes');
  await press(page, 'Continue with my passkey');
  await screen(page, 'sign-in-consent');
  const wishes = page.getByRole('switch');
  expect(await wishes.evaluateAll((all) => all.map((one) => (one as HTMLInputElement).checked))).toEqual([false, false]);
  await page.getByText('Your age, roughly').click();
  await look('61-consent-with-switches');
  await press(page, 'Agree and continue');
  await page.getByText('back at the service').waitFor();
  expect(new URL(page.url()).searchParams.get('code')).not.toBeNull();

  // Not asked again.
  await page.goto(chessClub());
  await press(page, 'Continue with my passkey');
  await page.getByText('back at the service').waitFor();

  await page.goto(townHall());
  await press(page, 'Continue with my passkey');
  await screen(page, 'sign-in-consent');
  await look('62-consent-franceconnect');
  const shown = async (claim: string): Promise<string> => page.locator(`[data-claim="${claim}"] dd`).innerText();
  expect(await shown('birthcountry')).toMatch(/^France\s+from the civil registry$/);
  expect(await shown('birthplace')).toMatch(/^A town with the code 2A004 in France’s official list \(INSEE\)\s+from the civil registry$/);
  expect(await page.locator('[data-voluntary-claim]').evaluateAll((all) => all.map((one) => one.getAttribute('data-voluntary-claim')))).toEqual(['preferred_username', 'email']);
  await press(page, 'Agree and continue');
  await page.getByText('back at the service').waitFor();

  await openAccount();
  const club = page.locator('[data-service="chess-club"]');
  await club.locator('summary').click();
  await look('63-service-opened');
  const birthdate = club.getByRole('switch', { name: 'Date of birth' });
  expect([await birthdate.isChecked(), await club.getByRole('switch', { name: 'Your age, roughly' }).isChecked()]).toEqual([false, true]);
  await club.getByText('Date of birth').first().click();
  await page.getByText('Done. For Chess Club this counts from now on.').waitFor();
  expect(await birthdate.isChecked()).toBe(true);

  await press(page, 'Open with my passkey');
  const history = page.locator('[data-history="open"]');
  await history.waitFor();
  expect(await page.locator('[data-history-entry]').evaluateAll((all) => all.map((one) => one.getAttribute('data-history-entry')))).toEqual(['https://town.example', 'https://chess.example', 'https://chess.example']);
  await history.locator('[data-history-entry="https://chess.example"]').first().getByRole('button', { name: /^This wasn’t me: Chess Club, / }).click();
  await history.getByText(/^Done\. Your sign-ins at Chess Club are ended.* [0-9A-Z]{5}-[0-9A-Z]{5}\.$/).waitFor();
  await page.locator('[data-service="chess-club"][data-blocked]').waitFor();
  await look('64-service-shut-out');

  await page.goto(chessClub());
  await press(page, 'Continue with my passkey');
  expect(await refusal(page)).toBe('SIGN_IN_SERVICE_BLOCKED');
  await look('65-shut-out-at-sign-in');
  await page.getByRole('link', { name: 'Open my account' }).click();
  await screen(page, 'account');
  await page.getByRole('button', { name: 'Let it in again, with my passkey: Chess Club' }).click();
  await page.getByText('Done. You can sign in at Chess Club again.').waitFor();
  expect(await page.locator('[data-case]').evaluateAll((all) => all.map((one) => one.getAttribute('data-case')))).toEqual(['closed']);
  await look('66-let-in-again');

  await page.goto(chessClub());
  await press(page, 'Continue with my passkey');
  await screen(page, 'sign-in-consent');
  expect(await wishes.evaluateAll((all) => all.map((one) => (one as HTMLInputElement).checked))).toEqual([false, false]);
});
