import { measureRate, type MeasuredRate } from '@visavis/face/evaluate';
import { createSignalMeter, type SignalReading } from '@visavis/face/measure';
import type { FacePolicy } from '@visavis/face/policy';
import { type CitizenPose, createCitizen, encodeJpeg, loadCanonicalMesh } from '@visavis/specimen';

const JPEG_QUALITY = 85;

/** What each person is drawn doing, once each. */
const VIEWS = {
  /** The ruler of all others. */
  rest: [{}],
  swaying: [{}, { yawDeg: 2, pitchDeg: 1 }, { yawDeg: -2, pitchDeg: -1 }],
  ahead: [{ yawDeg: 5 }, { yawDeg: -5 }, { pitchDeg: 4 }, { pitchDeg: -4 }],
  turned: [{ yawDeg: 20 }, { yawDeg: -20 }],
  nodded: [{ pitchDeg: 28 }, { pitchDeg: -28 }],
  noddedLess: [{ pitchDeg: 16 }, { pitchDeg: -16 }],
  smile: [{ smile: 0.9 }],
  openMouth: [{ mouthOpen: 0.9 }],
  blink: [{ blinkLeft: 0.9, blinkRight: 0.87 }],
} as const satisfies Readonly<Record<string, readonly Partial<CitizenPose>[]>>;
type View = keyof typeof VIEWS;

/** One limit: whether a reading is taken for the thing, and in which views it should be and should not be. */
interface Signal {
  readonly name: 'frontalYawDeg' | 'frontalPitchDeg' | 'turnPitchDeg' | 'restDeg' | 'smileWidthGain' | 'mouthOpeningGain' | 'blinkEyeDrop' | 'minFaceHeight' | 'maxFaceHeight' | 'maxOffCentre';
  readonly method: string;
  readonly missed?: readonly View[];
  readonly falseAlarms: readonly View[];
  readonly seen: (reading: SignalReading, rest: SignalReading, limit: number) => boolean;
}

const SIGNALS: readonly Signal[] = [
  { name: 'frontalYawDeg', method: 'False alarms: faces at rest, or turned by 5 or nodded by 4 degrees, that are not taken as frontal for their yaw.', falseAlarms: ['swaying', 'ahead'], seen: ({ yawDeg }, _, limit) => Math.abs(yawDeg) > limit },
  { name: 'frontalPitchDeg', method: 'False alarms: faces at rest, or turned by 5 or nodded by 4 degrees, that are not taken as frontal for their pitch. Wide, since the ruler is an average face and carries a bias of several degrees per person.', falseAlarms: ['swaying', 'ahead'], seen: ({ pitchDeg }, _, limit) => Math.abs(pitchDeg) > limit },
  { name: 'turnPitchDeg', method: 'Missed: heads nodded up and down by 28 degrees that read as less, against the face at rest. False alarms: heads nodded by 16 degrees that read as this much.', missed: ['nodded'], falseAlarms: ['noddedLess'], seen: ({ pitchDeg }, rest, limit) => Math.abs(pitchDeg - rest.pitchDeg) >= limit },
  { name: 'restDeg', method: 'Missed: faces that sway by 2 degrees and do not read as at rest. False alarms: heads turned by 20 degrees, or nodded by 16, that do.', missed: ['swaying'], falseAlarms: ['turned', 'noddedLess'], seen: ({ yawDeg, pitchDeg }, rest, limit) => Math.abs(yawDeg - rest.yawDeg) <= limit && Math.abs(pitchDeg - rest.pitchDeg) <= limit },
  { name: 'smileWidthGain', method: 'Missed: smiles of nine tenths. False alarms: faces at rest or with closed eyes that read as a smile.', missed: ['smile'], falseAlarms: ['swaying', 'blink'], seen: ({ mouthWidth }, rest, limit) => mouthWidth - rest.mouthWidth >= limit },
  { name: 'mouthOpeningGain', method: 'Missed: mouths open by nine tenths. False alarms: faces at rest, smiling or with closed eyes that read as an open mouth.', missed: ['openMouth'], falseAlarms: ['swaying', 'smile', 'blink'], seen: ({ mouthOpening }, rest, limit) => mouthOpening - rest.mouthOpening >= limit },
  { name: 'blinkEyeDrop', method: 'Missed: eyes closed by nine tenths. False alarms: faces at rest, smiling or with an open mouth that read as a blink.', missed: ['blink'], falseAlarms: ['swaying', 'smile', 'openMouth'], seen: ({ eyeOpening }, rest, limit) => 1 - eyeOpening / rest.eyeOpening >= limit },
  { name: 'minFaceHeight', method: 'False alarms: faces at rest at selfie distance that would be sent back at this value.', falseAlarms: ['swaying'], seen: ({ faceHeight }, _, limit) => faceHeight < limit },
  { name: 'maxFaceHeight', method: 'False alarms: faces at rest at selfie distance that would be sent back at this value.', falseAlarms: ['swaying'], seen: ({ faceHeight }, _, limit) => faceHeight > limit },
  { name: 'maxOffCentre', method: 'False alarms: faces at rest at selfie distance that would be sent back at this value.', falseAlarms: ['swaying'], seen: ({ offCentre }, _, limit) => offCentre > limit },
];

export interface SignalMeasured {
  readonly name: Signal['name'];
  readonly value: number;
  readonly method: string;
  readonly errors: readonly ({ readonly rate: 'missRate' | 'falseAlarmRate' } & MeasuredRate)[];
}

/** How often each limit errs on these people. A picture in which no face is found is an error of every limit it is shown for. */
export async function measureSignals(o: { readonly modelsDir: string; readonly policy: FacePolicy; readonly seeds: readonly number[]; readonly progress: (line: string) => void }): Promise<readonly SignalMeasured[]> {
  const read = await createSignalMeter(o);
  const mesh = loadCanonicalMesh();
  const people: Readonly<Record<View, readonly (SignalReading | undefined)[]>>[] = [];
  for (const [i, seed] of o.seeds.entries()) {
    const citizen = createCitizen({ seed, mesh });
    const readings: Partial<Record<View, (SignalReading | undefined)[]>> = {};
    let noiseSeed = 0;
    for (const [view, poses] of Object.entries(VIEWS) as [View, readonly Partial<CitizenPose>[]][]) {
      const seen: (SignalReading | undefined)[] = [];
      for (const pose of poses) seen.push(await read(await encodeJpeg(citizen.renderFrame({ ...pose, noiseSeed: ++noiseSeed }), JPEG_QUALITY)));
      readings[view] = seen;
    }
    people.push(readings as Record<View, (SignalReading | undefined)[]>);
    o.progress(`${i + 1} of ${o.seeds.length} people`);
  }
  return SIGNALS.map(({ name, method, missed, falseAlarms, seen }) => {
    const { value } = o.policy.thresholds[name];
    const wrong = (views: readonly View[], wanted: boolean): MeasuredRate => {
      const judged = people.flatMap((person) => {
        const [rest] = person.rest;
        return views.flatMap((view) => person[view].map((reading) => reading !== undefined && rest !== undefined && seen(reading, rest, value) === wanted));
      });
      return measureRate(judged.filter((right) => !right).length, judged.length);
    };
    return { name, value, method, errors: [...(missed === undefined ? [] : [{ rate: 'missRate' as const, ...wrong(missed, true) }]), { rate: 'falseAlarmRate' as const, ...wrong(falseAlarms, false) }] };
  });
}
