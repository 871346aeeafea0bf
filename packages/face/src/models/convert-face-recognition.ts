import { type Attribute, OnnxGraph } from './onnx-writer.ts';
import { kernelToOnnx, readWeights, type WeightManifest } from './read-weights.ts';

/** Channel means of dlib's training crops, RGB. @source dlib dnn_face_recognition, `input_rgb_image_sized` */
const MEAN_RGB = [122.782, 117.001, 104.298];
const SIDE = 150;

const ints = (...values: number[]): Attribute => ({ ints: values });

/**
 * Builds dlib's face recognition ResNet (29 convolutions, 128 numbers out) from its weights in `@vladmandic/face-api`:
 * that package carries the weights without a graph, so the layers are written here. The trained per-channel scale that
 * follows each convolution is folded into it. Input `image`: RGB 0–255, channels first, 150×150.
 * @source https://github.com/davisking/dlib/blob/master/examples/dnn_face_recognition_ex.cpp
 */
export function convertFaceRecognition(manifest: WeightManifest, binary: Uint8Array): Uint8Array {
  const weights = readWeights(manifest, binary);
  const graph = new OnnxGraph('face-recognition');
  const weight = (name: string) => {
    const found = weights.get(name);
    if (found === undefined) throw new Error(`face recognition: no weights ${name}`);
    return found;
  };

  const convolution = (input: string, layer: string, o: { stride: number; padding: 'VALID' | 'SAME_UPPER'; relu: boolean }): string => {
    const kernel = kernelToOnnx(weight(`${layer}/conv/filters`));
    const bias = weight(`${layer}/conv/bias`).values;
    const scale = weight(`${layer}/scale/weights`).values;
    const shift = weight(`${layer}/scale/biases`).values;
    const perOutput = kernel.values.length / scale.length;
    const scaled = kernel.values.map((v, i) => v * scale[Math.floor(i / perOutput)]!);
    const folded = bias.map((b, i) => b * scale[i]! + shift[i]!);
    const size = kernel.shape[2]!;
    const output = graph.node('Conv', [input, graph.floats(scaled, kernel.shape), graph.floats(folded, [folded.length])], {
      strides: ints(o.stride, o.stride),
      kernel_shape: ints(size, size),
      auto_pad: { text: o.padding },
    });
    return o.relu ? graph.node('Relu', [output]) : output;
  };
  const pad = (input: string, channels: number, pixels: number): string => graph.node('Pad', [input, graph.integers([0, 0, 0, 0, 0, channels, pixels, pixels])]);

  const image = graph.input('image', ['batch', 3, SIDE, SIDE]);
  const centred = graph.node('Sub', [image, graph.floats(Float32Array.from(MEAN_RGB), [3, 1, 1])]);
  let x = graph.node('Mul', [centred, graph.floats(Float32Array.of(1 / 255), [])]);
  x = convolution(x, 'conv32_down', { stride: 2, padding: 'VALID', relu: true });
  x = graph.node('MaxPool', [x], { kernel_shape: ints(3, 3), strides: ints(2, 2), auto_pad: { text: 'VALID' } });
  let side = 35; // 150 → 72 → 35
  let channels = 32;

  const residual = (layer: string): void => {
    const inner = convolution(x, `${layer}/conv1`, { stride: 1, padding: 'SAME_UPPER', relu: true });
    x = graph.node('Relu', [graph.node('Add', [convolution(inner, `${layer}/conv2`, { stride: 1, padding: 'SAME_UPPER', relu: false }), x])]);
  };
  /** Halves the side; the short-cut is average-pooled and zero-padded to the new number of channels. */
  const residualDown = (layer: string): void => {
    const inner = convolution(x, `${layer}/conv1`, { stride: 2, padding: 'VALID', relu: true });
    let outer = convolution(inner, `${layer}/conv2`, { stride: 1, padding: 'SAME_UPPER', relu: false });
    let shortcut = graph.node('AveragePool', [x], { kernel_shape: ints(2, 2), strides: ints(2, 2), auto_pad: { text: 'VALID' } });
    const wider = weight(`${layer}/conv2/conv/filters`).shape[3]!;
    const outerSide = Math.floor((side - 3) / 2) + 1;
    const shortcutSide = Math.floor((side - 2) / 2) + 1;
    if (outerSide !== shortcutSide) outer = pad(outer, 0, shortcutSide - outerSide);
    if (wider !== channels) shortcut = pad(shortcut, wider - channels, 0);
    x = graph.node('Relu', [graph.node('Add', [shortcut, outer])]);
    side = shortcutSide;
    channels = wider;
  };
  for (const layer of ['conv32_1', 'conv32_2', 'conv32_3']) residual(layer);
  for (const width of [64, 128, 256]) {
    residualDown(`conv${width}_down`);
    const blocks = width === 64 ? [1, 2, 3] : [1, 2];
    for (const block of blocks) residual(`conv${width}_${block}`);
  }
  residualDown('conv256_down_out');

  const pooled = graph.node('ReduceMean', [x], { axes: ints(2, 3), keepdims: { int: 0 } });
  const fullyConnected = weight('fc');
  graph.output(graph.node('MatMul', [pooled, graph.floats(fullyConnected.values, fullyConnected.shape)]), 'embedding');
  return graph.encode();
}
