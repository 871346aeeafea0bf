import { CANONICAL_VERTICES, type CanonicalMesh } from './canonical-mesh.ts';
import { clamp, smoothStep } from './curves.ts';
import { FOREHEAD_TOP, LEFT_EYE, MOUTH, RIGHT_EYE } from './landmarks.ts';
import { subdivideLoop, type SubdividedSurface } from './subdivide-loop.ts';

/** Rings of skull between the face's border and the back of the head. */
const SHELL_RINGS = 7;
const SUBDIVISION_LEVELS = 2;

/** Texels along each side of a skin texture. */
export const TEXTURE_SIZE = 1024;
/** The mesh's own texture square 0…1 lies in the middle; the skull is laid out around it. */
const TEXTURE_LOW = -0.5;
const TEXTURE_HIGH = 1.5;
const SHELL_SPREAD = 0.95;
const FACE_TEXTURE_CENTRE = [0.5, 0.53] as const;

/** The skull that the shell follows, centimetres in the canonical frame. */
const SKULL = { y: 2.3, z: -4.4, radiusX: 7.55, radiusY: 10, radiusZ: 9.3 } as const;
const SHELL_PIVOT = { y: 0.5, z: -4.4 } as const;

/** What every head shares: how the face continues into a skull, how both become a smooth surface, where the holes are. */
export interface HeadTopology {
  readonly controlVertices: number;
  /** The outer border of the face, in order, as numbers of control vertices. */
  readonly border: readonly number[];
  readonly surface: SubdividedSurface;
  /** Texels, per surface vertex. */
  readonly textureCoordinates: Float32Array;
  /** Neutral average head, per surface vertex. */
  readonly canonicalSurface: Float32Array;
  readonly canonicalControl: Float32Array;
  /** Two chains of surface vertices of equal length from the outer to the inner corner. */
  readonly rightEye: LidChains;
  readonly leftEye: LidChains;
  readonly mouth: LidChains;
}

export interface LidChains {
  readonly upper: readonly number[];
  readonly lower: readonly number[];
}

/** The border loops of a surface with holes: every directed edge that only one triangle has, chained. */
function borderLoops(triangles: ArrayLike<number>): number[][] {
  const directed = new Map<number, number>();
  const key = (from: number, to: number) => from * 0x10_0000 + to;
  const all = new Set<number>();
  for (let at = 0; at < triangles.length; at += 3) {
    for (let side = 0; side < 3; side += 1) all.add(key(triangles[at + side]!, triangles[at + ((side + 1) % 3)]!));
  }
  for (const edge of all) {
    const from = Math.floor(edge / 0x10_0000);
    const to = edge % 0x10_0000;
    if (!all.has(key(to, from))) directed.set(from, to);
  }
  const loops: number[][] = [];
  while (directed.size > 0) {
    const [start] = directed.keys();
    const loop: number[] = [];
    for (let vertex = start; vertex !== undefined && directed.has(vertex); ) {
      const next = directed.get(vertex);
      directed.delete(vertex);
      loop.push(vertex);
      vertex = next;
    }
    loops.push(loop);
  }
  return loops;
}

/** Cuts a border loop at its two corners into an upper and a lower chain, both running from `from` to `to`. */
function splitLoop(loop: readonly number[], from: number, to: number, upperMember: number): LidChains {
  const start = loop.indexOf(from);
  const turned = [...loop.slice(start), ...loop.slice(0, start)];
  const middle = turned.indexOf(to);
  const forward = turned.slice(0, middle + 1);
  const backward = [from, ...turned.slice(middle).reverse()];
  return forward.includes(upperMember) ? { upper: forward, lower: backward } : { upper: backward, lower: forward };
}

/** Lays the shell's control vertices behind a face: also used for each person's own face, so that every skull fits its face. */
export function placeShell(control: Float32Array, border: readonly number[], skull: { readonly width: number; readonly height: number; readonly depth: number }): void {
  const radiusX = SKULL.radiusX * skull.width;
  const radiusY = SKULL.radiusY * skull.height;
  const radiusZ = SKULL.radiusZ * skull.depth;
  /** Distance from the pivot to the skull in a direction (ray and ellipsoid). */
  const skullDistance = (x: number, y: number, z: number): number => {
    const oy = SHELL_PIVOT.y - SKULL.y;
    const a = (x / radiusX) ** 2 + (y / radiusY) ** 2 + (z / radiusZ) ** 2;
    const b = (oy * y) / radiusY ** 2;
    const c = (oy / radiusY) ** 2 - 1;
    return (-b + Math.sqrt(b * b - a * c)) / a;
  };
  const back = [0, 0.05, -1] as const;
  border.forEach((vertex, index) => {
    const x = control[3 * vertex]!;
    const y = control[3 * vertex + 1]! - SHELL_PIVOT.y;
    const z = control[3 * vertex + 2]! - SHELL_PIVOT.z;
    const length = Math.hypot(x, y, z);
    const angle = Math.acos(clamp((y * back[1] + z * back[2]) / length, -1, 1));
    for (let ring = 1; ring <= SHELL_RINGS; ring += 1) {
      const share = ring / (SHELL_RINGS + 1);
      const own = Math.sin((1 - share) * angle) / Math.sin(angle) / length;
      const other = Math.sin(share * angle) / Math.sin(angle);
      const dx = own * x;
      const dy = own * y + other * back[1];
      const dz = own * z + other * back[2];
      const reach = length + (skullDistance(dx, dy, dz) - length) * smoothStep(0, 0.42, share);
      const at = 3 * (CANONICAL_VERTICES + (ring - 1) * border.length + index);
      control[at] = dx * reach;
      control[at + 1] = SHELL_PIVOT.y + dy * reach;
      control[at + 2] = SHELL_PIVOT.z + dz * reach;
    }
  });
  const pole = 3 * (CANONICAL_VERTICES + SHELL_RINGS * border.length);
  const reach = skullDistance(back[0], back[1], back[2]);
  control.set([0, SHELL_PIVOT.y + back[1] * reach, SHELL_PIVOT.z + back[2] * reach], pole);
}

/** Made once per process from the mesh; every citizen shares it. */
export function buildHeadTopology(mesh: CanonicalMesh): HeadTopology {
  const holes = [RIGHT_EYE, LEFT_EYE].map((eye) => new Set<number>([eye.outer, eye.inner, ...eye.upper, ...eye.lower]));
  holes.push(new Set<number>([MOUTH.right, MOUTH.left, ...MOUTH.upper, ...MOUTH.lower]));
  const triangles: number[] = [];
  for (let at = 0; at < mesh.triangles.length; at += 3) {
    const corners = [mesh.triangles[at]!, mesh.triangles[at + 1]!, mesh.triangles[at + 2]!];
    if (!holes.some((hole) => corners.every((corner) => hole.has(corner)))) triangles.push(...corners);
  }
  const border = borderLoops(triangles).find((loop) => loop.includes(FOREHEAD_TOP));
  if (border === undefined) throw new Error('canonical mesh: no outer border');

  const count = border.length;
  const pole = CANONICAL_VERTICES + SHELL_RINGS * count;
  const shellVertex = (ring: number, index: number) => (ring === 0 ? border[index % count]! : CANONICAL_VERTICES + (ring - 1) * count + (index % count));
  for (let index = 0; index < count; index += 1) {
    for (let ring = 0; ring < SHELL_RINGS; ring += 1) {
      const [a, b, c, d] = [shellVertex(ring, index), shellVertex(ring, index + 1), shellVertex(ring + 1, index), shellVertex(ring + 1, index + 1)];
      // the border runs along the face's triangles, so the shell's must run against it
      triangles.push(b, a, c, b, c, d);
    }
    triangles.push(shellVertex(SHELL_RINGS, index + 1), shellVertex(SHELL_RINGS, index), pole);
  }

  const controlVertices = pole + 1;
  const canonicalControl = new Float32Array(3 * controlVertices);
  canonicalControl.set(mesh.positions);
  placeShell(canonicalControl, border, { width: 1, height: 1, depth: 1 });

  const controlTexture = new Float32Array(2 * controlVertices);
  controlTexture.set(mesh.textureCoordinates);
  const [centreU, centreV] = FACE_TEXTURE_CENTRE;
  for (let ring = 1; ring <= SHELL_RINGS; ring += 1) {
    border.forEach((vertex, index) => {
      const spread = 1 + (SHELL_SPREAD * ring) / SHELL_RINGS;
      const at = 2 * shellVertex(ring, index);
      controlTexture[at] = centreU + (mesh.textureCoordinates[2 * vertex]! - centreU) * spread;
      controlTexture[at + 1] = centreV + (mesh.textureCoordinates[2 * vertex + 1]! - centreV) * spread;
    });
  }
  // the pole has no place of its own in the plane: it borrows the texel above the crown, where hair or bare skin looks alike
  controlTexture.set([centreU, centreV - 0.44 * (1 + SHELL_SPREAD)], 2 * pole);

  const surface = subdivideLoop(triangles, controlVertices, SUBDIVISION_LEVELS);
  const canonicalSurface = surface.evaluate(canonicalControl, 3);
  const unit = surface.evaluate(controlTexture, 2);
  const textureCoordinates = unit.map((value) => clamp((value - TEXTURE_LOW) / (TEXTURE_HIGH - TEXTURE_LOW), 0, 0.999) * TEXTURE_SIZE);

  const loops = borderLoops(surface.triangles);
  const chains = (from: number, to: number, upperMember: number): LidChains => {
    const loop = loops.find((candidate) => candidate.includes(from));
    if (loop === undefined) throw new Error('canonical mesh: a hole is missing');
    return splitLoop(loop, from, to, upperMember);
  };
  return {
    controlVertices,
    border,
    surface,
    textureCoordinates,
    canonicalSurface,
    canonicalControl,
    rightEye: chains(RIGHT_EYE.outer, RIGHT_EYE.inner, RIGHT_EYE.upper[3]),
    leftEye: chains(LEFT_EYE.outer, LEFT_EYE.inner, LEFT_EYE.upper[3]),
    mouth: chains(MOUTH.right, MOUTH.left, MOUTH.upper[4]),
  };
}
