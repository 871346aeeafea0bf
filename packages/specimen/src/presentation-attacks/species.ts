import type { Citizen } from '../citizens/create-citizen.ts';
import type { ActorPrompt } from '../citizens/presenter.ts';
import { seededRandom } from '../citizens/seeded-random.ts';
import { coverFace, type Covering } from './cover-face.ts';
import { createPerformer } from './create-performer.ts';
import { holdPrint } from './hold-print.ts';
import { movementShare } from './movement-curve.ts';
import type { Conditions, Performer, Scene } from './scene.ts';
import { showOnScreen } from './show-on-screen.ts';
import { warpPhotograph } from './warp-photograph.ts';

/** Who takes part in one stream. */
export interface Cast {
  /** Whose document it is. */
  readonly holder: Citizen;
  /** Somebody else, unlike the holder. */
  readonly other: Citizen;
  readonly conditions: Conditions;
  readonly seed: number;
}

/** A presentation attack instrument species (ISO/IEC 30107-3), or a way of injecting. */
export interface AttackSpecies {
  readonly name: string;
  readonly kind: 'presentation' | 'injection';
  readonly about: string;
  /** Set when nothing here refuses it, and what makes it costly instead. */
  readonly unsolved?: string;
  /** Tried where the screen shines only: without a light it is the live re-enactment below. */
  readonly needsLight?: true;
  /** Alive, and refused for not being the holder: what counts is whether the whole accepts it. */
  readonly alive?: true;
  perform(cast: Cast): Performer;
}

type Rgb = readonly [number, number, number];

const honest = ({ holder, conditions, seed }: Cast, screen: 'seen' | 'unseen' = 'seen'): Performer => createPerformer({ citizen: holder, conditions, seed, screen });

/** Nobody answers: what is shown was made before. */
const deaf = (sceneAt: (atMs: number) => Scene): Performer => ({ prompt: () => undefined, light: () => undefined, sceneAt });

const EARLIER: readonly ActorPrompt[] = ['turnLeft', 'turnRight', 'lookUp', 'lookDown', 'smile', 'blink', 'openMouth', 'watchScreen'];
const EARLIER_STEP_MS = 2600;
const EARLIER_STEPS = 14;
const EARLIER_COLOURS: readonly Rgb[] = [[255, 128, 128], [128, 255, 128], [128, 128, 255], [255, 255, 255]];
const SYMBOL_MS = 500;

/** An honest stream of another day, which followed a script of its own. */
function earlierStream(cast: Cast): Performer {
  const random = seededRandom(cast.seed);
  const actor = honest({ ...cast, seed: cast.seed + 7 });
  actor.prompt('lookAhead', 0);
  const events: { readonly atMs: number; readonly tell: () => void }[] = [];
  for (let step = 0; step < EARLIER_STEPS; step++) {
    const action = EARLIER[Math.floor(random() * EARLIER.length)]!;
    const atMs = 1500 + step * EARLIER_STEP_MS;
    events.push({ atMs, tell: () => actor.prompt(action, atMs) });
    if (action !== 'watchScreen') continue;
    for (let at = atMs; at < atMs + EARLIER_STEP_MS; at += SYMBOL_MS) {
      const rgb = EARLIER_COLOURS[Math.floor(random() * EARLIER_COLOURS.length)]!;
      events.push({ atMs: at, tell: () => actor.light(rgb, at) });
    }
  }
  events.sort((a, b) => a.atMs - b.atMs);
  return deaf((atMs) => {
    while (events[0] !== undefined && events[0].atMs <= atMs) events.shift()!.tell();
    return actor.sceneAt(atMs);
  });
}

/** What a display shows of somebody else's performance, with the screen's light mirrored in its glass. */
function onDisplay(shown: Performer, { conditions, holder }: Cast): Performer {
  let rgb: Rgb | null = null;
  return {
    prompt: (action, atMs) => shown.prompt(action, atMs),
    light(colour) {
      rgb = colour;
    },
    sceneAt(atMs) {
      const scene = shown.sceneAt(atMs);
      const mirrored = rgb;
      return { key: `display ${holder.seed} ${scene.key} ${String(mirrored)}`, render: async (findFace) => showOnScreen(await scene.render(findFace), mirrored, conditions.screenShare) };
    },
  };
}

/** The holder's face with something worn over it, otherwise an honest performance. */
function covered(cast: Cast, covering: Covering): Performer {
  const actor = honest(cast);
  return {
    ...actor,
    sceneAt(atMs) {
      const scene = actor.sceneAt(atMs);
      return {
        key: `${covering} ${scene.key}`,
        async render(findFace) {
          const image = await scene.render(findFace);
          const face = await findFace(scene);
          return face === undefined ? image : coverFace(image, face, covering);
        },
      };
    },
  };
}

const PUPPET_REACTION_MS = 330;
const PUPPET = { riseMs: 500, holdMs: 1400 } as const;
const PUPPET_STEP = 0.25;

/** One photograph pulled about as asked; the still itself is not lit by the screen. */
function puppet(cast: Cast): Performer {
  const still = honest(cast, 'unseen').sceneAt(0);
  let now: { readonly action: ActorPrompt; readonly startMs: number } | undefined;
  return {
    prompt(action, atMs) {
      now = { action, startMs: atMs + PUPPET_REACTION_MS };
    },
    light: () => undefined,
    sceneAt(atMs) {
      const amount = Math.round(movementShare(atMs - (now?.startMs ?? atMs), PUPPET) / PUPPET_STEP) * PUPPET_STEP;
      const does = (action: ActorPrompt): number => (now?.action === action ? amount : 0);
      const warp = { smile: does('smile'), mouthOpen: does('openMouth'), blink: does('blink'), turn: does('turnLeft') - does('turnRight'), nod: does('lookUp') - does('lookDown') };
      return {
        key: `puppet ${still.key} ${JSON.stringify(warp)}`,
        async render(findFace) {
          const image = await still.render(findFace);
          const face = await findFace(still);
          return face === undefined ? image : warpPhotograph(image, face, warp);
        },
      };
    },
  };
}

/** Two people before one camera: the second takes over when `when` says so. */
function swapped(cast: Cast, when: (action: ActorPrompt, count: number) => boolean): Performer {
  const [first, second] = [honest(cast), createPerformer({ citizen: cast.other, conditions: cast.conditions, seed: cast.seed + 1 })];
  const turns: { readonly atMs: number; readonly who: Performer }[] = [{ atMs: 0, who: first }];
  let count = 0;
  return {
    prompt(action, atMs) {
      for (const one of [first, second]) one.prompt(action, atMs);
      turns.push({ atMs: atMs + 150, who: when(action, count++) ? second : first });
    },
    light(rgb, atMs) {
      for (const one of [first, second]) one.light(rgb, atMs);
    },
    sceneAt: (atMs) => turns.findLast((turn) => turn.atMs <= atMs)!.who.sceneAt(atMs),
  };
}

const LOOP_MS = 1600;

/** The catalogue: few, each done as well as it can be with what a camera sends. */
export const ATTACK_SPECIES: readonly AttackSpecies[] = [
  { name: 'print', kind: 'presentation', about: 'The document’s portrait on paper, held before the camera, turned and tilted as asked.', perform: (cast) => holdPrint({ citizen: cast.holder, conditions: cast.conditions, bent: false }) },
  { name: 'bent-print', kind: 'presentation', about: 'The same print round an upright cylinder, so that a turn shows some depth.', perform: (cast) => holdPrint({ citizen: cast.holder, conditions: cast.conditions, bent: true }) },
  { name: 'screen-replay', kind: 'presentation', about: 'An honest stream of an earlier enrolment on a display: pixel grid, glow, and the screen’s light in the glass, which answers the colours whatever is shown: only the movements stand against it.', perform: (cast) => onDisplay(earlierStream(cast), cast) },
  { name: 'injected-replay', kind: 'injection', about: 'An honest stream of an earlier enrolment, fed in pixel by pixel with its own order and its own light.', perform: earlierStream },
  { name: 'photo-puppet', kind: 'injection', about: 'One photograph whose mouth, eyes and middle are warped in the plane on command.', perform: puppet },
  { name: 'face-swap', kind: 'presentation', about: 'Another person takes over after the first movement and stays.', perform: (cast) => swapped(cast, (_action, count) => count > 1) },
  { name: 'movement-double', kind: 'presentation', about: 'The holder’s face at rest, another person’s in the turns only.', perform: (cast) => swapped(cast, (action) => action === 'turnLeft' || action === 'turnRight') },
  { name: 'unlit-virtual-camera', kind: 'injection', about: 'The holder’s moving head from a virtual camera: every movement as asked, but the screen’s light never falls on it.', needsLight: true, perform: (cast) => honest(cast, 'unseen') },
  {
    name: 'duplicated-frames',
    kind: 'injection',
    about: 'A live stream that freezes into a loop of its own last frames, each with another comment in its file.',
    perform: (cast) => {
      const actor = honest(cast);
      const frozen = (atMs: number): number => (atMs < 2 * LOOP_MS ? atMs : LOOP_MS + (atMs % LOOP_MS));
      return { ...actor, sceneAt: (atMs) => actor.sceneAt(frozen(atMs)), claimAt: (atMs) => ({ capturedAtMs: atMs, ...(atMs >= LOOP_MS && { sameAs: `frame ${Math.floor(frozen(atMs) / 100)}` }) }) };
    },
  },
  {
    name: 'time-warp',
    kind: 'injection',
    about: 'A live stream whose clock runs at half speed, so that there is time to make each movement.',
    perform: (cast) => ({ ...honest(cast), claimAt: (atMs) => ({ capturedAtMs: atMs / 2 }) }),
  },
  {
    name: 'second-face',
    kind: 'presentation',
    about: 'The holder beside another person, each as large, in one picture.',
    perform: (cast) => {
      const [one, two] = [honest(cast), createPerformer({ citizen: cast.other, conditions: cast.conditions, seed: cast.seed + 1 })];
      return {
        prompt: (action, atMs) => one.prompt(action, atMs),
        light: (rgb, atMs) => one.light(rgb, atMs),
        sceneAt(atMs) {
          const [left, right] = [one.sceneAt(atMs), two.sceneAt(0)];
          return { key: `beside ${left.key} ${right.key}`, render: async (findFace) => beside(await left.render(findFace), await right.render(findFace)) };
        },
      };
    },
  },
  { name: 'covered-mask', kind: 'presentation', about: 'The holder with a mask over nose and mouth.', perform: (cast) => covered(cast, 'mask') },
  { name: 'covered-sunglasses', kind: 'presentation', about: 'The holder behind large dark glasses.', perform: (cast) => covered(cast, 'sunglasses') },
  { name: 'covered-helmet', kind: 'presentation', about: 'A helmet with a slit for the eyes; an open peer accepted one.', perform: (cast) => covered(cast, 'helmet') },
  { name: 'impostor', kind: 'presentation', about: 'Another living person with the holder’s document, who does everything as asked.', alive: true, perform: (cast) => createPerformer({ citizen: cast.other, conditions: cast.conditions, seed: cast.seed }) },
  {
    name: 'display-reenactment',
    kind: 'presentation',
    about: 'Somebody who sees the script plays, on a display before the camera, films of the holder doing each movement; the glass mirrors the screen’s colours.',
    unsolved: 'Not refused: films of a real head have its depth, and glass sends back enough of the light. What raises its cost: films of each movement have to be had, and played within the time of each step. What would refuse it: light that the background sends back as strongly as the face (not measured yet), an operator’s network for displays, or the counter.',
    perform: (cast) => onDisplay(honest(cast, 'unseen'), cast),
  },
  {
    name: 'live-reenactment',
    kind: 'injection',
    about: 'Somebody who sees the script renders the holder’s head doing all of it, lit by the screen’s colours, in real time.',
    unsolved: 'Not refused on the web; in the profile without light not even the colours have to be rendered. What raises its cost: the script is revealed step by step, each answer has seconds, the light has to be rendered within a fifth of a second, scripts and tries are few, and the level is capped. What would refuse it: a device that attests its camera (native application), or the counter.',
    perform: (cast) => honest(cast),
  },
];

function beside(left: { readonly width: number; readonly height: number; readonly data: Uint8Array }, right: typeof left): { width: number; height: number; data: Uint8Array } {
  const { width, height } = left;
  const data = new Uint8Array(left.data.length).fill(120);
  for (let y = 0; y < height / 2; y++)
    for (let x = 0; x < width; x++) {
      const from = x < width / 2 ? left : right;
      for (let k = 0; k < 3; k++) data[((y + height / 4) * width + x) * 3 + k] = from.data[(2 * y * width + 2 * (x % (width / 2))) * 3 + k]!;
    }
  return { width, height, data };
}
