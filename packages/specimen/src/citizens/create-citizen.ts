import type { CanonicalMesh } from './canonical-mesh.ts';
import { type Canvas, developImage, type SensorNoise } from './canvas.ts';
import { boundPose, type CitizenPose, NEUTRAL_POSE } from './citizen-pose.ts';
import { type CitizenTraits, drawCitizenTraits } from './citizen-traits.ts';
import type { Colour } from './colour.ts';
import { clamp } from './curves.ts';
import { attireAt, type Headwear } from './draw-attire.ts';
import { drawEye, type EyeSocket, seatEyeball } from './draw-eye.ts';
import { drawLens } from './draw-lens.ts';
import { drawMesh, type Paint, type ScreenVertices } from './draw-mesh.ts';
import { drawMouthInside, prepareMouthLining } from './draw-mouth-inside.ts';
import { express } from './express.ts';
import { beardThickness, hairField, hairThickness } from './hair-field.ts';
import { clothField, clothThickness } from './head-cloth.ts';
import { type HeadTopology, TEXTURE_SIZE } from './head-topology.ts';
import { MOUTH } from './landmarks.ts';
import { makeEar } from './make-ear.ts';
import { type Lens, makeGlasses, type WornGlasses } from './make-glasses.ts';
import { makeHangingHair } from './make-hanging-hair.ts';
import { makeHeadscarfDrape } from './make-headscarf-drape.ts';
import type { BodyPart } from './make-sheet.ts';
import { makeTeeth } from './make-teeth.ts';
import { makeTorso } from './make-torso.ts';
import { canvasFor, openStudio } from './open-studio.ts';
import { paintPlainBackground, paintRoom } from './paint-background.ts';
import { paintSkin } from './paint-skin.ts';
import type { RgbImage } from './rgb-image.ts';
import { shapeFace } from './shape-face.ts';
import { computeNormals, createScreenVertices, headRotation, type Lighting, NECK_JOINT, placeVertices, type View } from './stage.ts';

/** A made-up person: no real person's face went into it. */
export interface Citizen {
  readonly seed: number;
  readonly ageYears: number;
  /** Passport photograph: neutral, evenly lit, plain light background, 413×531 (35×45 mm at 300 dpi), no noise; without glasses and cap, with what is worn for a reason of faith. */
  renderPortrait(): RgbImage;
  /** One frame of a selfie camera, 480×640 unless said, in everything that the citizen wears. What the pose leaves out is neutral; values beyond their range are cut. */
  renderFrame(pose: Partial<CitizenPose>, size?: { readonly width: number; readonly height: number }): RgbImage;
}

const PORTRAIT = { width: 413, height: 531, focal: 3.05, distanceCm: 92, shiftY: 0.03 } as const;
/** A turban is part of the head: the camera steps back for it. */
const TURBAN_PORTRAIT = { ...PORTRAIT, focal: 2.75, shiftY: 0.06 } as const;
const FRAME = { width: 480, height: 640, focal: 1.08, distanceCm: 50, shiftY: 0.02 } as const;
/** Upper bound of a frame's sides, pixels: memory is three floats per pixel and more. */
const MAX_FRAME_SIDE = 1600;
const PORTRAIT_LIGHT: Lighting = { ambient: 0.62, key: 0.5, direction: [0.12, 0.34, 0.93], screen: [0, 0, 0] };
const SENSOR_NOISE = { brightness: 2.4, colour: 1.3 } as const;

/** What is left of hair below a turban that the rest is tied up in. */
const HAIR_TIED_UP = 0.25;

/** Centimetres that hair, a beard or cloth adds to each surface vertex, along the neutral normals. */
function raiseHair(topology: HeadTopology, traits: CitizenTraits, headwear: Headwear | undefined, normals: Float32Array): Float32Array {
  const raised = new Float32Array(normals.length);
  const place = topology.canonicalSurface;
  for (let at = 0; at < normals.length; at += 3) {
    const [x, y, z] = [place[at]!, place[at + 1]!, place[at + 2]!];
    const covered = headwear !== undefined && clothField(headwear, x, y, z) > 0;
    const tied = headwear?.kind === 'turban' ? HAIR_TIED_UP : 1;
    const thickness = covered ? clothThickness(headwear, x, y, z) : tied * hairThickness(traits, x, y, z, hairField(traits, x, y, z)) + beardThickness(traits, x, y, z);
    for (let axis = 0; axis < 3; axis += 1) raised[at + axis] = normals[at + axis]! * thickness;
  }
  return raised;
}

/** A head with what is worn over its hair. */
interface Look {
  readonly skin: Paint;
  readonly raised: Float32Array;
  readonly parts: readonly BodyPart[];
}

/** Makes a person from a seed. Costs about a second, mostly the painting of the skin; frames are cheap after that. */
export function createCitizen({ seed, mesh }: { readonly seed: number; readonly mesh: CanonicalMesh }): Citizen {
  const studio = openStudio(mesh);
  const { topology } = studio;
  const { surface } = topology;
  const traits = drawCitizenTraits(seed);
  const neutral = shapeFace(topology, traits);
  const neutralSurface = surface.evaluate(neutral, 3);
  const normals = new Float32Array(3 * surface.vertices);
  computeNormals(neutralSurface, surface.triangles, normals);
  const sockets = [seatEyeball(topology.rightEye, neutralSurface), seatEyeball(topology.leftEye, neutralSurface)] as const;
  const at = (vertex: number) => [neutral[3 * vertex]!, neutral[3 * vertex + 1]!, neutral[3 * vertex + 2]!] as const;
  const upperLip = at(MOUTH.upper[4]);
  const lowerLip = at(MOUTH.lower[4]);
  const upperTeeth = makeTeeth('upper', upperLip);
  const lowerTeeth = makeTeeth('lower', lowerLip);
  const lowerTeethRest = Float32Array.from(lowerTeeth.positions);
  const hanging = makeHangingHair(traits);
  const ears = [makeEar(traits, -1, at(234)), makeEar(traits, 1, at(454))];
  const torso = makeTorso(traits);
  const lookWith = (headwear: Headwear | undefined): Look => ({
    skin: { width: TEXTURE_SIZE, height: TEXTURE_SIZE, texels: paintSkin(topology, studio.texels, traits, headwear) },
    raised: raiseHair(topology, traits, headwear, normals),
    parts: headwear?.kind === 'headscarf' ? [torso, makeHeadscarfDrape(traits, headwear)] : hanging === undefined ? [...ears, torso] : headwear === undefined ? [torso, hanging] : [torso],
  });
  const { headwear } = attireAt(traits.attire, 'passportPhotograph');
  const everyday = attireAt(traits.attire, 'selfie');
  const officialLook = lookWith(headwear);
  const everydayLook = everyday.headwear === headwear ? officialLook : lookWith(everyday.headwear);
  const middleOf = ({ centre: [x, y, z] }: EyeSocket) => [x, y, z] as const;
  const spectacles = everyday.glasses && makeGlasses({ glasses: everyday.glasses, eyes: [middleOf(sockets[0]), middleOf(sockets[1])], ears: [at(234), at(454)], surface: neutralSurface });
  const screens = new Map<BodyPart | Lens, ScreenVertices>();
  const screenOf = (part: BodyPart | Lens): ScreenVertices => {
    const known = screens.get(part) ?? createScreenVertices(part.positions.length / 3);
    screens.set(part, known);
    return known;
  };

  const control = new Float32Array(neutral.length);
  const positions = new Float32Array(3 * surface.vertices);
  const vertices = createScreenVertices(surface.vertices);
  const ring = [...topology.mouth.upper, ...topology.mouth.lower.slice(1, -1).reverse()];
  const lining = prepareMouthLining(ring.length);
  const rooms = new Map<string, Float32Array>();

  const render = (pose: CitizenPose, view: View, lighting: Lighting, background: Float32Array, canvas: Canvas, { skin, raised, parts }: Look, glasses: WornGlasses | undefined) => {
    canvas.light.set(background);
    canvas.nearness.fill(0);
    const rotation = headRotation(pose.yawDeg, pose.pitchDeg, pose.rollDeg);
    express(neutral, pose, control);
    surface.evaluate(control, 3, positions);
    for (let index = 0; index < positions.length; index += 1) positions[index]! += raised[index]!;
    computeNormals(positions, surface.triangles, normals);
    placeVertices({ positions, normals, follow: undefined, rotation, view, lighting, into: vertices });
    drawMesh(canvas, vertices, { triangles: surface.triangles, textureCoordinates: topology.textureCoordinates, paint: skin, twoSided: false, cutOut: false });

    const [jx, jy, jz] = NECK_JOINT;
    const fromJoint = [-jx, -jy, view.distanceCm - jz];
    const camera = [0, 1, 2].map((axis) => rotation[axis]! * fromJoint[0]! + rotation[3 + axis]! * fromJoint[1]! + rotation[6 + axis]! * fromJoint[2]! + NECK_JOINT[axis]!) as unknown as Colour;
    for (const socket of sockets) drawEye({ canvas, vertices, surface: positions, socket, traits, camera, rotation, lighting, gaze: [pose.gazeYawDeg, pose.gazePitchDeg] });

    if (pose.mouthOpen > 0.02) drawMouthInside({ canvas, lining, ring, surface: positions, rotation, view, lighting });
    const jaw = [0, 1, 2].map((axis) => control[3 * MOUTH.lower[4] + axis]! - neutral[3 * MOUTH.lower[4] + axis]!);
    for (let index = 0; index < lowerTeethRest.length; index += 1) lowerTeeth.positions[index] = lowerTeethRest[index]! + jaw[index % 3]!;
    const drawPart = (part: BodyPart) => {
      const into = screenOf(part);
      placeVertices({ positions: part.positions, normals: part.normals, follow: part.follow, rotation, view, lighting, into });
      drawMesh(canvas, into, part);
    };
    [...(pose.mouthOpen > 0.02 ? [upperTeeth, lowerTeeth] : []), ...parts, ...(glasses?.frame ?? [])].forEach(drawPart);
    for (const lens of glasses?.lenses ?? []) drawLens({ canvas, lens, into: screenOf(lens), rotation, view, lighting });
  };

  return {
    seed,
    ageYears: traits.ageYears,
    renderPortrait() {
      const { width, height, focal, distanceCm, shiftY } = headwear?.kind === 'turban' ? TURBAN_PORTRAIT : PORTRAIT;
      const canvas = canvasFor(studio, 2 * width, 2 * height);
      render(NEUTRAL_POSE, { width: 2 * width, height: 2 * height, focal, distanceCm, shiftX: 0, shiftY }, PORTRAIT_LIGHT, paintPlainBackground(2 * width, 2 * height), canvas, officialLook, undefined);
      return developImage(canvas, width, height);
    },
    renderFrame(given, size = FRAME) {
      const width = clamp(Math.round(size.width), 16, MAX_FRAME_SIDE);
      const height = clamp(Math.round(size.height), 16, MAX_FRAME_SIDE);
      const pose = boundPose(given);
      const key = `${width}x${height}`;
      const room = rooms.get(key) ?? paintRoom(traits, width, height);
      rooms.set(key, room);
      const canvas = canvasFor(studio, width, height);
      const view: View = { width, height, focal: FRAME.focal * pose.scale, distanceCm: FRAME.distanceCm, shiftX: pose.shiftX, shiftY: FRAME.shiftY + pose.shiftY };
      const lighting: Lighting = { ambient: 0.5 * pose.ambientLight, key: 0.62 * pose.ambientLight, direction: [seed % 2 === 0 ? 0.42 : -0.42, 0.5, 0.757], screen: pose.screenLight };
      render(pose, view, lighting, pose.ambientLight === 1 ? room : room.map((value) => value * pose.ambientLight), canvas, everydayLook, spectacles);
      const noise: SensorNoise | undefined = pose.noiseSeed === undefined ? undefined : { seed: pose.noiseSeed, ...SENSOR_NOISE };
      return developImage(canvas, width, height, noise);
    },
  };
}
