import type { EnrolmentProgress, VerifiedReceipt } from '@visavis/client';
import { castMember } from './cast-member.ts';
import { createCitizenDevice, enrolCitizen } from './enrol-citizen.ts';
import { orderPassport } from './order-passport.ts';
import { createPresenterCamera } from './presenter-camera.ts';
import { signInToService } from './sign-in-to-service.ts';
import { createStepWatch, type Step, type StepTimes } from './step-times.ts';

export interface CitizenRun {
  readonly times: StepTimes;
  readonly levelOfAssurance: string;
  /** The sealed room's erasure receipt, which was verified. */
  readonly receipt: VerifiedReceipt;
  /** As the service shows it. */
  readonly signedInAs: string;
}

/**
 * One synthetic citizen all the way: a passport, an enrolment, a passkey, a sign-in to each demo service.
 * @param member which of the cast; also seeds how they move
 * @throws when any step is refused, with its code
 */
export async function goThrough(o: {
  readonly system: { readonly siteUrl: string; readonly taxOfficeUrl: string; readonly bankUrl: string; readonly specimenStateUrl: string };
  readonly member: number;
  readonly onStep: (step: Step, ms: number, detail: string) => void;
  /** Everything that the client library tells. */
  readonly onProgress?: (progress: EnrolmentProgress) => void;
}): Promise<CitizenRun> {
  const citizen = await castMember(o.member);
  const { passportOrder } = citizen;
  const passport = await orderPassport(o.system.specimenStateUrl, passportOrder);
  const device = createCitizenDevice(o.system.siteUrl);
  const times: Partial<Record<Step, number>> = {};
  const note = (step: Step, ms: number, detail = ''): void => {
    times[step] = ms;
    o.onStep(step, ms, detail);
  };
  const seen: string[] = [];
  const watch = createStepWatch(Date.now(), (step, ms) => note(step, ms, step === 'capture' ? seen.join(', ') : ''));
  const camera = createPresenterCamera(citizen.presenter(o.member + 1));
  const enrolled = await enrolCitizen({
    device,
    passport,
    camera,
    onProgress: (progress) => {
      o.onProgress?.(progress);
      if (progress.stage === 'prompt') seen.push(progress.action);
      // The citizen has done their part with the last frame; what the booth still needs from there is the verdict's time.
      watch(progress.stage === 'captureComplete' ? { ...progress, atMs: camera.lastFrameAtMs() } : progress);
    },
  }).finally(() => passport.putAway());
  if (!enrolled.ok) throw new Error(`enrolment refused: ${enrolled.fault.reasons.map(({ code }) => code).join(', ')}. ${enrolled.fault.meaning}`);

  const { receipt } = enrolled.value;
  if (!receipt.ok) throw new Error(`no erasure receipt that holds: ${receipt.fault.code}. ${receipt.fault.meaning}`);

  let signedInAs = '';
  for (const [step, serviceUrl] of [['signIn', o.system.taxOfficeUrl], ['bank', o.system.bankUrl]] as const) {
    const startedMs = Date.now();
    const page = await signInToService({ server: device.server, passkeys: device.passkeys, signInUrl: `${serviceUrl}/sign-in` });
    signedInAs = /data-testid="name">([^<]*)</.exec(page)?.[1] ?? '';
    if (signedInAs.toUpperCase() !== `${passportOrder.givenNames} ${passportOrder.familyName}`) throw new Error('the service does not show who signed in');
    note(step, Date.now() - startedMs);
  }
  return { times: times as StepTimes, levelOfAssurance: enrolled.value.identity.levelOfAssurance, receipt: receipt.value, signedInAs };
}
