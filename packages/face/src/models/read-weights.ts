/** One tensor as the TensorFlow.js weight manifest describes it, dequantised. */
export interface WeightTensor {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly quantization?: { readonly dtype: 'float16' | 'uint8'; readonly scale?: number; readonly min?: number };
}

export type WeightManifest = readonly { readonly paths: readonly string[]; readonly weights: readonly WeightEntry[] }[];

/** IEEE 754 binary16. */
function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * 2 ** -14 * (fraction / 1024);
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}

const BYTES_PER_VALUE = { float32: 4, int32: 4, float16: 2, uint8: 1 } as const;

/**
 * Reads a TensorFlow.js weight file. Integers become floats of the same value: here they are only shapes, axes and pads.
 * @param binary the one file of the manifest; trusted, since its hash was checked
 * @throws when the file's length does not fit the manifest
 */
export function readWeights(manifest: WeightManifest, binary: Uint8Array): ReadonlyMap<string, WeightTensor> {
  const view = new DataView(binary.buffer, binary.byteOffset, binary.byteLength);
  const tensors = new Map<string, WeightTensor>();
  let at = 0;
  for (const entry of manifest.flatMap((group) => group.weights)) {
    const stored = entry.quantization?.dtype ?? entry.dtype;
    const { scale = 1, min = 0 } = entry.quantization ?? {};
    const values = new Float32Array(entry.shape.reduce((a, b) => a * b, 1));
    for (let i = 0; i < values.length; i++, at += BYTES_PER_VALUE[stored]) {
      if (stored === 'float32') values[i] = view.getFloat32(at, true);
      else if (stored === 'int32') values[i] = view.getInt32(at, true);
      else if (stored === 'float16') values[i] = fromHalf(view.getUint16(at, true));
      else values[i] = view.getUint8(at) * scale + min;
    }
    tensors.set(entry.name, { values, shape: entry.shape });
  }
  if (at !== binary.length) throw new Error(`weight file has ${binary.length} bytes, its manifest describes ${at}`);
  return tensors;
}

/** TensorFlow keeps kernels as height × width × in × out; ONNX wants out × in × height × width. */
export function kernelToOnnx({ values, shape }: WeightTensor): WeightTensor {
  const [height, width, inputs, outputs] = shape as [number, number, number, number];
  const out = new Float32Array(values.length);
  let from = 0;
  for (let h = 0; h < height; h++)
    for (let w = 0; w < width; w++)
      for (let i = 0; i < inputs; i++) for (let o = 0; o < outputs; o++) out[((o * inputs + i) * height + h) * width + w] = values[from++]!;
  return { values: out, shape: [outputs, inputs, height, width] };
}

/** Depthwise kernels: height × width × channels × multiplier → (channels · multiplier) × 1 × height × width. */
export function depthwiseKernelToOnnx({ values, shape }: WeightTensor): WeightTensor {
  const [height, width, channels, multiplier] = shape as [number, number, number, number];
  const out = new Float32Array(values.length);
  let from = 0;
  for (let h = 0; h < height; h++)
    for (let w = 0; w < width; w++)
      for (let c = 0; c < channels; c++) for (let m = 0; m < multiplier; m++) out[((c * multiplier + m) * height + h) * width + w] = values[from++]!;
  return { values: out, shape: [channels * multiplier, 1, height, width] };
}
