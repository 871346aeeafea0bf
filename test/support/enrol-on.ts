import type { Page } from 'playwright-core';
import { createBrowser } from '../../apps/server/test/cookie-jar.ts';
import type { TestServer } from '../../apps/server/test/start-test-server.ts';
import { createCitizen } from '../../apps/server/test/test-citizen.ts';

/** An identity whose one passkey is in this page's authenticator; sealed room and passport are played. The page stands at the server's address. */
export async function enrolOn(page: Page, server: TestServer): Promise<void> {
  const enrolment = await createCitizen(server).begin();
  const options = await createBrowser().fetch(`${server.origin}/api/enrolments/${enrolment.enrolmentId}/passkey-options`, { json: { possession: await enrolment.possession('passkeyOptions') } });
  const passkey = await page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(json as PublicKeyCredentialCreationOptionsJSON);
    return ((await navigator.credentials.create({ publicKey })) as PublicKeyCredential).toJSON();
  }, await options.json());
  const bound = await enrolment.bind({ possession: await enrolment.possession('bind'), verdict: await enrolment.verdict(), boothCertificate: enrolment.boothCertificate, passkey });
  if (bound.status !== 201) throw new Error(`not bound: ${bound.status}`);
}
