import type { Page } from 'playwright-core';
import type { TestServer } from '../../apps/server/test/start-test-server.ts';
import { createCitizen } from '../../apps/server/test/test-citizen.ts';

/** An identity whose passkey is in this browser's authenticator; what sealed room and passport would do is played. */
export async function enrolInBrowser(server: TestServer, page: Page): Promise<void> {
  await page.goto(server.origin);
  const citizen = createCitizen(server);
  const enrolment = await citizen.begin();
  const asked = await citizen.browser.fetch(`${server.origin}/api/enrolments/${enrolment.enrolmentId}/passkey-options`, { json: { possession: await enrolment.possession('passkeyOptions') } });
  const passkey = await page.evaluate(
    async (options) => {
      const made = (await navigator.credentials.create({ publicKey: { ...PublicKeyCredential.parseCreationOptionsFromJSON(options), extensions: { prf: {} } } })) as PublicKeyCredential;
      return { ...(made.toJSON() as object), clientExtensionResults: {} };
    },
    (await asked.json()) as PublicKeyCredentialCreationOptionsJSON,
  );
  const bound = await enrolment.bind({ possession: await enrolment.possession('bind'), verdict: await enrolment.verdict(), boothCertificate: enrolment.boothCertificate, passkey });
  if (bound.status !== 201) throw new Error(await bound.text());
}
