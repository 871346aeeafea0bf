import type { EnrolmentProgress } from '@visavis/client';
import type { FaceTracer } from '@visavis/face/trace';
import { createActor, createStillPresenter, type Presenter } from '@visavis/specimen';
import { createCitizenDevice, enrolCitizen } from '../../../citizen/enrol-citizen.ts';
import { orderPassport } from '../../../citizen/order-passport.ts';
import { createPresenterCamera } from '../../../citizen/presenter-camera.ts';
import { signInToService } from '../../../citizen/sign-in-to-service.ts';
import type { ServerUnderAudit } from '../places/server-under-audit.ts';
import type { Face } from './cast-of-audit.ts';
import type { GatheredPatterns } from './gather-patterns.ts';
import { killBusiestCell } from './kill-cell.ts';
import { makeUpPerson } from './made-up-person.ts';
import type { Attempt } from './plan.ts';

export type Outcome = 'accepted' | 'refused' | 'aborted' | 'crashed';

export interface Ended {
  readonly outcome: Outcome;
  /** The code that it ended with. */
  readonly code: string;
  /** Whether a sealed room was opened for it at all. */
  readonly hadBooth: boolean;
  readonly signedIn: boolean;
}

/** What a device hears whose sealed room is gone or out of reach, whoever ended it. */
const LOST: ReadonlySet<string> = new Set(['NETWORK_CUT', 'BOOTH_LOST', 'BOOTH_CELL_DIED', 'BOOTH_DISCONNECTED', 'ENROLMENT_BOOTH_GONE', 'IDENTITY_ANSWER_LOST']);

const WRONG_DETAILS = { kind: 'mrz', documentNumber: 'X1234567', dateOfBirth: '900101', dateOfExpiry: '300101' } as const;

/** One enrolment of a made-up person as planned, every pattern of which is gathered before the server could hold it. */
export async function attemptEnrolment(o: {
  readonly server: ServerUnderAudit;
  readonly attempt: Attempt;
  readonly face: Face;
  /** Stands before the camera where somebody else does. */
  readonly otherFace: Face;
  readonly patterns: GatheredPatterns;
  readonly tracer: FaceTracer;
  readonly random: () => number;
  readonly signIn: boolean;
}): Promise<Ended> {
  const { attempt, server } = o;
  const person = await makeUpPerson(o.face.photograph, o.random);
  o.patterns.addPortrait(person.portrait);
  const alteredPortrait = attempt.kind === 'refused' && attempt.by === 'alteredPortrait';
  const passport = await orderPassport(server.specimenStateUrl, { ...person.order, ...(alteredPortrait ? { tampering: 'alteredDg2' } : {}) });
  o.patterns.addPrinted({ mrz: passport.mrz, documentNumber: passport.documentNumber, order: person.order });
  const wrongDetails = attempt.kind === 'refused' && attempt.by === 'wrongDetails';

  const device = createCitizenDevice(server.siteUrl);
  const citizensHand = new AbortController();
  let cut: (() => void) | undefined;
  let hadBooth = false;
  const onProgress = (progress: EnrolmentProgress): void => {
    if (progress.stage === 'created') hadBooth = true;
    if (attempt.kind === 'aborted' && progress.stage === attempt.at) {
      // Once the verdict is there, the socket has no more to say: leaving is all that can be done.
      if (attempt.how === 'cut' && attempt.at !== 'verdict' && attempt.at !== 'passkey') cut?.();
      else citizensHand.abort();
    }
    if (attempt.kind === 'crashed' && progress.stage === (attempt.cell === 'chip-cell' ? 'channelOpen' : 'cameraStarted')) {
      setTimeout(() => void killBusiestCell(server.pid, attempt.cell), attempt.afterMs);
    }
  };
  const enrolled = await enrolCitizen({
    device: {
      ...device,
      server: {
        ...device.server,
        openSocket: (url) => {
          const socket = device.server.openSocket(url);
          cut = () => socket.close();
          return socket;
        },
      },
    },
    passport: wrongDetails ? { ...passport, access: WRONG_DETAILS } : passport,
    camera: createPresenterCamera(presenterOf(o), o.patterns.addCapture(person.portrait, o.tracer)),
    onProgress,
    signal: citizensHand.signal,
  }).finally(() => passport.putAway());
  if (enrolled.ok) return { outcome: 'accepted', code: 'accepted', hadBooth, signedIn: o.signIn && (await signIn(server, device)) };
  const { code } = enrolled.fault;
  return { outcome: outcomeOf(attempt, code), code, hadBooth, signedIn: false };
}

function presenterOf(o: { readonly attempt: Attempt; readonly face: Face; readonly otherFace: Face; readonly random: () => number }): Presenter {
  const seed = Math.floor(o.random() * 1_000_000);
  const by = o.attempt.kind === 'refused' ? o.attempt.by : undefined;
  if (by === 'still') return createStillPresenter({ citizen: o.face.citizen, seed });
  return createActor({ citizen: (by === 'otherFace' ? o.otherFace : o.face).citizen, seed });
}

function outcomeOf(attempt: Attempt, code: string): Outcome {
  if (code === 'ENROLMENT_WITHDRAWN' || (attempt.kind === 'aborted' && attempt.how === 'cut' && LOST.has(code))) return 'aborted';
  return LOST.has(code) ? 'crashed' : 'refused';
}

async function signIn(server: ServerUnderAudit, device: ReturnType<typeof createCitizenDevice>): Promise<boolean> {
  if (server.taxOfficeUrl === undefined) return false;
  await signInToService({ server: device.server, passkeys: device.passkeys, signInUrl: `${server.taxOfficeUrl}/sign-in` });
  return true;
}
