/** A smooth surface as fixed weights of its control vertices: deform the control vertices, evaluate, draw. */
export interface SubdividedSurface {
  readonly vertices: number;
  readonly triangles: Uint32Array;
  /** Weighted control values, `width` numbers per vertex; writes into `into` when given. */
  evaluate(control: Float32Array, width: 2 | 3, into?: Float32Array): Float32Array;
}

type Weights = Map<number, number>;

function combine(parts: readonly (readonly [Weights, number])[]): Weights {
  const sum: Weights = new Map();
  for (const [weights, factor] of parts) for (const [vertex, weight] of weights) sum.set(vertex, (sum.get(vertex) ?? 0) + weight * factor);
  return sum;
}

interface Level {
  readonly triangles: readonly number[];
  readonly weights: readonly Weights[];
}

function refine({ triangles, weights }: Level): Level {
  const vertices = weights.length;
  const opposite = new Map<number, number[]>();
  const key = (a: number, b: number) => Math.min(a, b) * vertices + Math.max(a, b);
  for (let at = 0; at < triangles.length; at += 3) {
    for (let side = 0; side < 3; side += 1) {
      const edge = key(triangles[at + side]!, triangles[at + ((side + 1) % 3)]!);
      const across = opposite.get(edge) ?? [];
      across.push(triangles[at + ((side + 2) % 3)]!);
      opposite.set(edge, across);
    }
  }
  const neighbours: Set<number>[] = weights.map(() => new Set());
  const borderNeighbours: Set<number>[] = weights.map(() => new Set());
  for (const [edge, across] of opposite) {
    const a = Math.floor(edge / vertices);
    const b = edge % vertices;
    neighbours[a]!.add(b);
    neighbours[b]!.add(a);
    if (across.length === 1) {
      borderNeighbours[a]!.add(b);
      borderNeighbours[b]!.add(a);
    }
  }
  const refined: Weights[] = weights.map((own, vertex) => {
    const onBorder = [...borderNeighbours[vertex]!];
    if (onBorder.length === 2) return combine([[own, 0.75], ...onBorder.map((other) => [weights[other]!, 0.125] as const)]);
    const around = [...neighbours[vertex]!];
    const share = around.length === 3 ? 3 / 16 : 3 / (8 * around.length);
    return combine([[own, 1 - share * around.length], ...around.map((other) => [weights[other]!, share] as const)]);
  });
  const middles = new Map<number, number>();
  for (const [edge, across] of opposite) {
    const a = weights[Math.floor(edge / vertices)]!;
    const b = weights[edge % vertices]!;
    const [left, right] = across;
    middles.set(edge, refined.length);
    refined.push(left !== undefined && right !== undefined ? combine([[a, 0.375], [b, 0.375], [weights[left]!, 0.125], [weights[right]!, 0.125]]) : combine([[a, 0.5], [b, 0.5]]));
  }
  const next: number[] = [];
  for (let at = 0; at < triangles.length; at += 3) {
    const [a, b, c] = [triangles[at]!, triangles[at + 1]!, triangles[at + 2]!];
    const [ab, bc, ca] = [middles.get(key(a, b))!, middles.get(key(b, c))!, middles.get(key(c, a))!];
    next.push(a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca);
  }
  return { triangles: next, weights: refined };
}

/**
 * Loop subdivision with smooth borders, `levels` times. Vertex numbers of the control mesh stay valid on the surface.
 *
 * @source C. Loop, Smooth Subdivision Surfaces Based on Triangles, 1987 (Warren's weights)
 */
export function subdivideLoop(triangles: readonly number[], controlVertices: number, levels: number): SubdividedSurface {
  let level: Level = { triangles, weights: Array.from({ length: controlVertices }, (_, vertex) => new Map([[vertex, 1]])) };
  for (let round = 0; round < levels; round += 1) level = refine(level);

  const vertices = level.weights.length;
  const total = level.weights.reduce((sum, weights) => sum + weights.size, 0);
  const starts = new Uint32Array(vertices + 1);
  const sources = new Uint16Array(total);
  const factors = new Float32Array(total);
  let at = 0;
  level.weights.forEach((weights, vertex) => {
    starts[vertex] = at;
    for (const [source, weight] of weights) {
      sources[at] = source;
      factors[at] = weight;
      at += 1;
    }
  });
  starts[vertices] = at;

  return {
    vertices,
    triangles: Uint32Array.from(level.triangles),
    evaluate(control, width, into = new Float32Array(vertices * width)) {
      for (let vertex = 0; vertex < vertices; vertex += 1) {
        let x = 0;
        let y = 0;
        let z = 0;
        for (let entry = starts[vertex]!; entry < starts[vertex + 1]!; entry += 1) {
          const source = sources[entry]! * width;
          const factor = factors[entry]!;
          x += factor * control[source]!;
          y += factor * control[source + 1]!;
          if (width === 3) z += factor * control[source + 2]!;
        }
        const target = vertex * width;
        into[target] = x;
        into[target + 1] = y;
        if (width === 3) into[target + 2] = z;
      }
      return into;
    },
  };
}
