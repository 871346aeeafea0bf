import { type BodyPart, makeEar, makeHangingHair, makeTeeth, makeTorso } from './body-parts.ts';
import type { CanonicalMesh } from './canonical-mesh.ts';
import { type Canvas, createCanvas, developImage, type SensorNoise } from './canvas.ts';
import { type CitizenTraits, type Colour, drawCitizenTraits } from './citizen-traits.ts';
import { clamp } from './curves.ts';
import { drawEye, seatEyeball } from './draw-eye.ts';
import { drawMesh, type Paint, type ScreenVertices } from './draw-mesh.ts';
import { express } from './express.ts';
import { hairField, hairThickness } from './hair-field.ts';
import { buildHeadTopology, type HeadTopology, TEXTURE_SIZE } from './head-topology.ts';
import { MOUTH } from './landmarks.ts';
import { mapTexels, type TexelMap } from './map-texels.ts';
import { paintPlainBackground, paintRoom } from './paint-background.ts';
import { paintSkin } from './paint-skin.ts';
import type { RgbImage } from './rgb-image.ts';
import { shapeFace } from './shape-face.ts';
import { computeNormals, createScreenVertices, headRotation, type Lighting, NECK_JOINT, placeVertices, type View } from './stage.ts';

/** How a citizen stands before the camera. Left and right are the citizen's own; the image is not mirrored. */
export interface CitizenPose {
  /** Positive turns to the citizen's left: the nose moves to the image's right. −45…45. */
  readonly yawDeg: number;
  /** Positive looks up. −30…30. */
  readonly pitchDeg: number;
  /** Positive tilts the crown to the citizen's right: to the image's left. −45…45. */
  readonly rollDeg: number;
  /** 0 rest … 1 full, each. */
  readonly smile: number;
  readonly blinkLeft: number;
  readonly blinkRight: number;
  readonly mouthOpen: number;
  /** Degrees of the eyes in the head: to the citizen's left, up. −30…30. */
  readonly gazeYawDeg: number;
  readonly gazePitchDeg: number;
  /** Linear red, green, blue that a screen in front adds, 0…1: 0.1 is a bright phone in a room, 1 a phone in the dark. */
  readonly screenLight: Colour;
  /** Light of the room: 1 ordinary, 0…2. */
  readonly ambientLight: number;
  /** Head's place: shares of the image's width to the right and of its height down, −0.5…0.5. */
  readonly shiftX: number;
  readonly shiftY: number;
  /** Size of the head: 1 fills about half of the height, 0.4…1.8. */
  readonly scale: number;
  /** Sensor noise is drawn from this number; absent: none. */
  readonly noiseSeed?: number;
}

export const NEUTRAL_POSE: CitizenPose = {
  yawDeg: 0, pitchDeg: 0, rollDeg: 0, smile: 0, blinkLeft: 0, blinkRight: 0, mouthOpen: 0, gazeYawDeg: 0, gazePitchDeg: 0,
  screenLight: [0, 0, 0], ambientLight: 1, shiftX: 0, shiftY: 0, scale: 1,
};

/** A made-up person: no real person's face went into it. */
export interface Citizen {
  readonly seed: number;
  readonly ageYears: number;
  /** Passport photograph: neutral, evenly lit, plain light background, 413×531 (35×45 mm at 300 dpi), no noise. */
  renderPortrait(): RgbImage;
  /** One frame of a selfie camera, 480×640 unless said. What the pose leaves out is neutral; values beyond their range are cut. */
  renderFrame(pose: Partial<CitizenPose>, size?: { readonly width: number; readonly height: number }): RgbImage;
}

const PORTRAIT = { width: 413, height: 531, focal: 3.05, distanceCm: 92, shiftY: 0.03 } as const;
const FRAME = { width: 480, height: 640, focal: 1.08, distanceCm: 50, shiftY: 0.02 } as const;
/** Upper bound of a frame's sides, pixels: memory is three floats per pixel and more. */
const MAX_FRAME_SIDE = 1600;
const PORTRAIT_LIGHT: Lighting = { ambient: 0.62, key: 0.5, direction: [0.12, 0.34, 0.93], screen: [0, 0, 0] };
const SENSOR_NOISE = { brightness: 2.4, colour: 1.3 } as const;
const MOUTH_INSIDE: Paint = { width: 1, height: 1, texels: Uint8Array.of(96, 34, 34, 40) };
/** How far the mouth's lining lies behind the lips, and how it narrows: depth in centimetres, share of the opening. */
const LINING = [[0, 1], [0.8, 1.02], [2.8, 0.85]] as const;
const LINING_LIGHT = [0.5, 0.26, 0.06] as const;

/** What all citizens of one mesh share. */
interface Studio {
  readonly topology: HeadTopology;
  readonly texels: TexelMap;
  readonly canvases: Map<string, Canvas>;
}
const studios = new WeakMap<CanonicalMesh, Studio>();

function openStudio(mesh: CanonicalMesh): Studio {
  const known = studios.get(mesh);
  if (known !== undefined) return known;
  const topology = buildHeadTopology(mesh);
  const studio: Studio = { topology, texels: mapTexels(topology), canvases: new Map() };
  studios.set(mesh, studio);
  return studio;
}

function canvasFor(studio: Studio, width: number, height: number): Canvas {
  const key = `${width}x${height}`;
  const canvas = studio.canvases.get(key) ?? createCanvas(width, height);
  studio.canvases.set(key, canvas);
  return canvas;
}

/** Centimetres that hair adds to each surface vertex, along the neutral normals. */
function raiseHair(topology: HeadTopology, traits: CitizenTraits, normals: Float32Array): Float32Array {
  const raised = new Float32Array(normals.length);
  const place = topology.canonicalSurface;
  for (let at = 0; at < normals.length; at += 3) {
    const [x, y, z] = [place[at]!, place[at + 1]!, place[at + 2]!];
    const thickness = hairThickness(traits, x, y, z, hairField(traits, x, y, z));
    for (let axis = 0; axis < 3; axis += 1) raised[at + axis] = normals[at + axis]! * thickness;
  }
  return raised;
}

interface Lining {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly vertices: ScreenVertices;
  readonly triangles: Uint32Array;
  readonly textureCoordinates: Float32Array;
}

function prepareLining(ringLength: number): Lining {
  const count = LINING.length * ringLength + 1;
  const triangles: number[] = [];
  for (let ring = 0; ring + 1 < LINING.length; ring += 1) {
    for (let index = 0; index < ringLength; index += 1) {
      const next = (index + 1) % ringLength;
      const [a, b, c, d] = [ring * ringLength + index, ring * ringLength + next, (ring + 1) * ringLength + index, (ring + 1) * ringLength + next];
      triangles.push(a, c, b, b, c, d);
    }
  }
  for (let index = 0; index < ringLength; index += 1) triangles.push((LINING.length - 1) * ringLength + index, count - 1, (LINING.length - 1) * ringLength + ((index + 1) % ringLength));
  return { positions: new Float32Array(3 * count), normals: new Float32Array(3 * count), vertices: createScreenVertices(count), triangles: Uint32Array.from(triangles), textureCoordinates: new Float32Array(2 * count) };
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
  const hair = raiseHair(topology, traits, normals);
  const skin: Paint = { width: TEXTURE_SIZE, height: TEXTURE_SIZE, texels: paintSkin(topology, studio.texels, traits) };
  const sockets = [seatEyeball(topology.rightEye, neutralSurface), seatEyeball(topology.leftEye, neutralSurface)];
  const at = (vertex: number) => [neutral[3 * vertex]!, neutral[3 * vertex + 1]!, neutral[3 * vertex + 2]!] as const;
  const upperLip = at(MOUTH.upper[4]);
  const lowerLip = at(MOUTH.lower[4]);
  const upperTeeth = makeTeeth('upper', upperLip);
  const lowerTeeth = makeTeeth('lower', lowerLip);
  const lowerTeethRest = Float32Array.from(lowerTeeth.positions);
  const hanging = makeHangingHair(traits);
  const ears = hanging === undefined ? [makeEar(traits, -1, at(234)), makeEar(traits, 1, at(454))] : [];
  const parts: readonly BodyPart[] = [...ears, upperTeeth, lowerTeeth, makeTorso(traits), ...(hanging === undefined ? [] : [hanging])];
  const partVertices = parts.map(({ positions }) => createScreenVertices(positions.length / 3));

  const control = new Float32Array(neutral.length);
  const positions = new Float32Array(3 * surface.vertices);
  const vertices = createScreenVertices(surface.vertices);
  const ring = [...topology.mouth.upper, ...topology.mouth.lower.slice(1, -1).reverse()];
  const lining = prepareLining(ring.length);
  const rooms = new Map<string, Float32Array>();

  const drawMouthInside = (canvas: Canvas, rotation: Float64Array, view: View, lighting: Lighting) => {
    const centre = [0, 0, 0];
    for (const vertex of ring) for (let axis = 0; axis < 3; axis += 1) centre[axis]! += positions[3 * vertex + axis]! / ring.length;
    LINING.forEach(([depth, share], level) => {
      ring.forEach((vertex, index) => {
        const target = 3 * (level * ring.length + index);
        for (let axis = 0; axis < 3; axis += 1) lining.positions[target + axis] = centre[axis]! + (positions[3 * vertex + axis]! - centre[axis]!) * share - (axis === 2 ? depth : 0);
      });
    });
    lining.positions.set([centre[0]!, centre[1]!, centre[2]! - LINING.at(-1)![0]], lining.positions.length - 3);
    placeVertices({ positions: lining.positions, normals: lining.normals, follow: undefined, rotation, view, lighting, into: lining.vertices });
    const brightness = lighting.ambient + lighting.key;
    for (let vertex = 0; vertex < lining.vertices.x.length; vertex += 1) {
      const level = Math.min(LINING.length - 1, Math.floor(vertex / ring.length));
      lining.vertices.light.fill(brightness * LINING_LIGHT[level]!, 4 * vertex, 4 * vertex + 3);
      lining.vertices.light[4 * vertex + 3] = 0;
    }
    drawMesh(canvas, lining.vertices, { triangles: lining.triangles, textureCoordinates: lining.textureCoordinates, paint: MOUTH_INSIDE, twoSided: true, cutOut: false });
  };

  const render = (pose: CitizenPose, view: View, lighting: Lighting, background: Float32Array, canvas: Canvas) => {
    canvas.light.set(background);
    canvas.nearness.fill(0);
    const rotation = headRotation(pose.yawDeg, pose.pitchDeg, pose.rollDeg);
    express(neutral, pose, control);
    surface.evaluate(control, 3, positions);
    for (let index = 0; index < positions.length; index += 1) positions[index]! += hair[index]!;
    computeNormals(positions, surface.triangles, normals);
    placeVertices({ positions, normals, follow: undefined, rotation, view, lighting, into: vertices });
    drawMesh(canvas, vertices, { triangles: surface.triangles, textureCoordinates: topology.textureCoordinates, paint: skin, twoSided: false, cutOut: false });

    const [jx, jy, jz] = NECK_JOINT;
    const fromJoint = [-jx, -jy, view.distanceCm - jz];
    const camera = [0, 1, 2].map((axis) => rotation[axis]! * fromJoint[0]! + rotation[3 + axis]! * fromJoint[1]! + rotation[6 + axis]! * fromJoint[2]! + NECK_JOINT[axis]!) as unknown as Colour;
    for (const socket of sockets) drawEye({ canvas, vertices, surface: positions, socket, traits, camera, rotation, lighting, gaze: [pose.gazeYawDeg, pose.gazePitchDeg] });

    if (pose.mouthOpen > 0.02) drawMouthInside(canvas, rotation, view, lighting);
    const jaw = [0, 1, 2].map((axis) => control[3 * MOUTH.lower[4] + axis]! - neutral[3 * MOUTH.lower[4] + axis]!);
    for (let index = 0; index < lowerTeethRest.length; index += 1) lowerTeeth.positions[index] = lowerTeethRest[index]! + jaw[index % 3]!;
    parts.forEach((part, index) => {
      if ((part === upperTeeth || part === lowerTeeth) && pose.mouthOpen <= 0.02) return;
      const into = partVertices[index]!;
      placeVertices({ positions: part.positions, normals: part.normals, follow: part.follow, rotation, view, lighting, into });
      drawMesh(canvas, into, part);
    });
  };

  return {
    seed,
    ageYears: traits.ageYears,
    renderPortrait() {
      const { width, height, focal, distanceCm, shiftY } = PORTRAIT;
      const canvas = canvasFor(studio, 2 * width, 2 * height);
      render(NEUTRAL_POSE, { width: 2 * width, height: 2 * height, focal, distanceCm, shiftX: 0, shiftY }, PORTRAIT_LIGHT, paintPlainBackground(2 * width, 2 * height), canvas);
      return developImage(canvas, width, height);
    },
    renderFrame(given, size = FRAME) {
      const width = clamp(Math.round(size.width), 16, MAX_FRAME_SIDE);
      const height = clamp(Math.round(size.height), 16, MAX_FRAME_SIDE);
      const pose = boundPose({ ...NEUTRAL_POSE, ...given });
      const key = `${width}x${height}`;
      const room = rooms.get(key) ?? paintRoom(traits, width, height);
      rooms.set(key, room);
      const canvas = canvasFor(studio, width, height);
      const view: View = { width, height, focal: FRAME.focal * pose.scale, distanceCm: FRAME.distanceCm, shiftX: pose.shiftX, shiftY: FRAME.shiftY + pose.shiftY };
      const lighting: Lighting = { ambient: 0.5 * pose.ambientLight, key: 0.62 * pose.ambientLight, direction: [seed % 2 === 0 ? 0.42 : -0.42, 0.5, 0.757], screen: pose.screenLight };
      render(pose, view, lighting, pose.ambientLight === 1 ? room : room.map((value) => value * pose.ambientLight), canvas);
      const noise: SensorNoise | undefined = pose.noiseSeed === undefined ? undefined : { seed: pose.noiseSeed, ...SENSOR_NOISE };
      return developImage(canvas, width, height, noise);
    },
  };
}

function boundPose(pose: CitizenPose): CitizenPose {
  return {
    ...pose,
    yawDeg: clamp(pose.yawDeg, -45, 45),
    pitchDeg: clamp(pose.pitchDeg, -30, 30),
    rollDeg: clamp(pose.rollDeg, -45, 45),
    smile: clamp(pose.smile, 0, 1),
    blinkLeft: clamp(pose.blinkLeft, 0, 1),
    blinkRight: clamp(pose.blinkRight, 0, 1),
    mouthOpen: clamp(pose.mouthOpen, 0, 1),
    gazeYawDeg: clamp(pose.gazeYawDeg, -30, 30),
    gazePitchDeg: clamp(pose.gazePitchDeg, -30, 30),
    screenLight: pose.screenLight.map((value) => clamp(value, 0, 1)) as unknown as Colour,
    ambientLight: clamp(pose.ambientLight, 0, 2),
    shiftX: clamp(pose.shiftX, -0.5, 0.5),
    shiftY: clamp(pose.shiftY, -0.5, 0.5),
    scale: clamp(pose.scale, 0.4, 1.8),
  };
}
