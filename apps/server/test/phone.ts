import { type PhoneApproval, phoneApproval, type ScannedApproval, scannedApproval } from '@visavis/contract';
import type { RequestOptions, SoftwareAuthenticator } from '@visavis/specimen';
import { type Browser, createBrowser } from './cookie-jar.ts';

/** A computer's page of a sign-in in progress that asks for a phone, step by step. */
export interface TestComputer {
  readonly uid: string;
  /** The address of its calls, below which the phone's lie. */
  readonly api: string;
  begin(): Promise<PhoneApproval & { readonly number: number; readonly secret: string }>;
  now(): Promise<PhoneApproval>;
  giveUp(): Promise<Response>;
}

/** @param at the server that it speaks to */
export function testComputer(at: string, browser: Browser, location: string): TestComputer {
  const uid = location.slice(location.lastIndexOf('/') + 1);
  const api = `${at}/api/interactions/${uid}`;
  const read = async (response: Response): Promise<PhoneApproval> => {
    if (response.status !== 200) throw new Error(await response.text());
    return phoneApproval.parse(await response.json());
  };
  return {
    uid,
    api,
    begin: async () => (await read(await browser.fetch(`${api}/phone`, { json: {} }))) as PhoneApproval & { number: number; secret: string },
    giveUp: () => browser.fetch(`${api}/phone`, { method: 'DELETE' }),
    now: async () => read(await browser.fetch(`${api}/phone`)),
  };
}

/** A phone's browser with its cookies. */
export interface TestPhone {
  readonly browser: Browser;
  scan(secret: string): Promise<Response>;
  scanned(secret: string): Promise<ScannedApproval>;
  choose(id: string, number: number): Promise<Response>;
  approve(id: string, challenge: PasskeyChallengeJson, authenticator: SoftwareAuthenticator): Promise<Response>;
  /** The whole honest way. @returns the last answer */
  approveAll(shown: { readonly secret: string; readonly number: number }, authenticator: SoftwareAuthenticator): Promise<Response>;
}

export interface PasskeyChallengeJson {
  readonly challengeId: string;
  readonly options: RequestOptions;
}

export function testPhone(at: string, headers: Readonly<Record<string, string>> = {}): TestPhone {
  const browser = createBrowser();
  const post = (path: string, json: unknown): Promise<Response> => browser.fetch(`${at}/api/phone/${path}`, { json, headers: { ...headers } });
  const phone: TestPhone = {
    browser,
    scan: (secret) => post('scan', { secret }),
    async scanned(secret) {
      const response = await phone.scan(secret);
      if (response.status !== 200) throw new Error(await response.text());
      return scannedApproval.parse(await response.json());
    },
    choose: (id, number) => post(`${id}/number`, { number }),
    approve: async (id, { challengeId, options }, authenticator) => post(`${id}/passkey`, { challengeId, passkey: await authenticator.get(options) }),
    async approveAll({ secret, number }, authenticator) {
      const { id } = await phone.scanned(secret);
      return phone.approve(id, (await (await phone.choose(id, number)).json()) as PasskeyChallengeJson, authenticator);
    },
  };
  return phone;
}
