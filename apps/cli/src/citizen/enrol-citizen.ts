import { randomBytes } from 'node:crypto';
import { type Enrol, type Enrolled, type EnrolmentProgress, type EnrolmentRefusal, enrol, fetchConfiguration, type Passkeys, type ServerPort } from '@visavis/client';
import type { Result } from '@visavis/kernel';
import { createSoftwareAuthenticator, type CreationOptions, type RequestOptions } from '@visavis/specimen';
import { createCookieFetch } from './cookie-fetch.ts';
import type { PassportInHand } from './order-passport.ts';
import type { PresenterCamera } from './presenter-camera.ts';

/** A browser of a synthetic citizen: cookies and passkeys of its own. */
export interface CitizenDevice {
  readonly server: ServerPort;
  readonly passkeys: Passkeys;
}

export function createCitizenDevice(siteUrl: string): CitizenDevice {
  const authenticator = createSoftwareAuthenticator({ origin: siteUrl, random: (n) => new Uint8Array(randomBytes(n)) });
  return {
    server: { fetch: createCookieFetch(), openSocket: (url) => new WebSocket(url), origin: siteUrl },
    passkeys: {
      create: (options) => authenticator.create(options as unknown as CreationOptions),
      get: (options) => authenticator.get(options as unknown as RequestOptions),
    },
  };
}

/** One enrolment by the product's own client library; a step that fails is not tried again unless the caller wants to. */
export async function enrolCitizen(o: {
  readonly device: CitizenDevice;
  readonly passport: PassportInHand;
  readonly camera: PresenterCamera;
  readonly onProgress: (progress: EnrolmentProgress) => void;
  readonly onStepFailed?: Enrol['onStepFailed'];
  /** The document was renewed: the passkey of the device moves the identity it has. */
  readonly renewing?: boolean;
  readonly profile?: Enrol['profile'];
  /** Aborting withdraws consent. */
  readonly signal?: AbortSignal | undefined;
}): Promise<Result<Enrolled, EnrolmentRefusal>> {
  const configuration = await fetchConfiguration(o.device.server);
  if (!configuration.ok) throw new Error(`no configuration: ${configuration.fault.code}`);
  return enrol({
    ...o.device,
    chip: o.passport.chip,
    access: o.passport.access,
    camera: o.camera,
    consent: { faceProcessing: true, identityCreation: true, textVersion: configuration.value.consentTextVersion, language: 'en' },
    operatorKey: configuration.value.operatorKey,
    logKey: configuration.value.logKey,
    clock: Date.now,
    onProgress: (progress) => {
      o.camera.onProgress(progress);
      o.onProgress(progress);
    },
    onStepFailed: o.onStepFailed ?? (() => Promise.resolve('stop')),
    ...(o.profile === undefined ? {} : { profile: o.profile }),
    ...(o.renewing === true ? { renewWith: o.device.passkeys } : {}),
    ...(o.signal === undefined ? {} : { signal: o.signal }),
  });
}
