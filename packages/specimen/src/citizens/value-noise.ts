function lattice(x: number, y: number, seed: number): number {
  let hash = (Math.imul(x, 374_761_393) + Math.imul(y, 668_265_263) + Math.imul(seed, 1_274_126_177)) | 0;
  hash = Math.imul(hash ^ (hash >>> 13), 1_274_126_177);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x8000_0000 - 1;
}

/** Smooth reproducible noise over the plane, −1…1, one feature per unit. */
export function valueNoise(x: number, y: number, seed: number): number {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const fx = x - column;
  const fy = y - row;
  const wx = fx * fx * (3 - 2 * fx);
  const wy = fy * fy * (3 - 2 * fy);
  const top = lattice(column, row, seed) * (1 - wx) + lattice(column + 1, row, seed) * wx;
  const bottom = lattice(column, row + 1, seed) * (1 - wx) + lattice(column + 1, row + 1, seed) * wx;
  return top * (1 - wy) + bottom * wy;
}

/** Two octaves of `valueNoise`, −1…1. */
export function cloudNoise(x: number, y: number, seed: number): number {
  return (valueNoise(x, y, seed) + 0.5 * valueNoise(2.03 * x, 2.03 * y, seed + 17)) / 1.5;
}
