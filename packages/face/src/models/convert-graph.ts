import { addClip, addSlopedRelu } from './convert-activations.ts';
import { type Attribute, OnnxGraph } from './onnx-writer.ts';
import { depthwiseKernelToOnnx, kernelToOnnx, readWeights, type WeightManifest, type WeightTensor } from './read-weights.ts';

/** What is read of a TensorFlow.js graph model's JSON. */
export interface TensorflowGraphModel {
  readonly modelTopology: { readonly node: readonly GraphNode[] };
  readonly weightsManifest: WeightManifest;
}
interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, GraphAttribute>>;
}
interface GraphAttribute {
  readonly s?: string;
  readonly b?: boolean;
  readonly list?: { readonly i?: readonly (string | number)[]; readonly s?: readonly string[] };
  readonly shape?: { readonly dim: readonly { readonly size: string }[] };
}

/** A tensor of the ONNX graph; four-dimensional ones are kept channels-first throughout. */
interface Tensor {
  readonly name: string;
  readonly rank: number;
}

const BINARY: Readonly<Record<string, string>> = { Add: 'Add', AddV2: 'Add', Mul: 'Mul' };
const UNARY: Readonly<Record<string, string>> = { Relu: 'Relu', Sigmoid: 'Sigmoid' };

const ints = (values: readonly number[]): Attribute => ({ ints: values });
const fromBase64 = (text: string): string => atob(text);

/**
 * Converts a TensorFlow.js graph model to ONNX: the same numbers in another container, for the operators that the four
 * networks used here contain; any other operator is an error. Activations are written as the runtime does them fastest. The image input becomes `image`, channels first.
 * @param o.outputs ONNX output name → TensorFlow node name; only what these need is converted
 */
export function convertGraph(o: { readonly name: string; readonly model: TensorflowGraphModel; readonly weights: Uint8Array; readonly outputs: Readonly<Record<string, string>>; readonly freeBatch: boolean }): Uint8Array {
  const weights = readWeights(o.model.weightsManifest, o.weights);
  const nodes = new Map(o.model.modelTopology.node.map((node) => [node.name, node]));
  const graph = new OnnxGraph(o.name);
  const made = new Map<string, Tensor | WeightTensor>();

  const value = (reference: string): Tensor | WeightTensor => {
    const name = reference.replace(/^\^/, '').split(':')[0]!;
    const known = made.get(name);
    if (known !== undefined) return known;
    const node = nodes.get(name);
    if (node === undefined) throw new Error(`${o.name}: no node ${name}`);
    const result = convertNode(node);
    made.set(name, result);
    return result;
  };
  const tensor = (reference: string): Tensor => {
    const found = value(reference);
    if (!('rank' in found)) throw new Error(`${o.name}: ${reference} is a constant`);
    return found;
  };
  const constant = (reference: string): WeightTensor => {
    const found = value(reference);
    if ('rank' in found) throw new Error(`${o.name}: ${reference} is not a constant`);
    return found;
  };
  const scalar = (reference: string): number => {
    const { values } = constant(reference);
    if (values.length !== 1) throw new Error(`${o.name}: ${reference} is not one number`);
    return values[0]!;
  };
  /** A per-channel or scalar constant, shaped to broadcast over a channels-first tensor. */
  const broadcast = (reference: string, rank: number): string => {
    const { values, shape } = constant(reference);
    const isVector = shape.filter((d) => d !== 1).length <= 1;
    if (rank === 4 && !isVector) throw new Error(`${o.name}: ${reference} is not per channel`);
    if (rank !== 4 || values.length === 1) return graph.floats(values, rank === 4 ? [] : shape);
    return graph.floats(values, [values.length, 1, 1]);
  };

  const convertNode = (node: GraphNode): Tensor | WeightTensor => {
    const inputs = node.input ?? [];
    const attr = node.attr ?? {};
    const list = (key: string): number[] => (attr[key]?.list?.i ?? []).map(Number);
    const padding = (): Attribute => ({ text: fromBase64(attr['padding']!.s!) === 'SAME' ? 'SAME_UPPER' : 'VALID' });
    const binary = BINARY[node.op];
    const unary = UNARY[node.op];

    if (node.op === 'Const') {
      const stored = weights.get(node.name);
      if (stored === undefined) throw new Error(`${o.name}: no weights for ${node.name}`);
      return stored;
    }
    if (node.op === 'Placeholder') {
      const [, height, width, channels] = attr['shape']!.shape!.dim.map((d) => Number(d.size));
      return { name: graph.input('image', [o.freeBatch ? 'batch' : 1, channels!, height!, width!]), rank: 4 };
    }
    if (node.op === 'Identity') return value(inputs[0]!);
    if (node.op === 'Conv2D' || node.op === '_FusedConv2D' || node.op === 'DepthwiseConv2dNative') {
      const depthwise = node.op === 'DepthwiseConv2dNative';
      const kernel = constant(inputs[1]!);
      const [height, width, channels] = kernel.shape as [number, number, number];
      const converted = depthwise ? depthwiseKernelToOnnx(kernel) : kernelToOnnx(kernel);
      const operands = [tensor(inputs[0]!).name, graph.floats(converted.values, converted.shape)];
      const fused = (attr['fused_ops']?.list?.s ?? []).map(fromBase64);
      if (fused[0] === 'BiasAdd') {
        const bias = constant(inputs[2]!);
        operands.push(graph.floats(bias.values, [bias.values.length]));
      }
      const dilations = attr['dilations'] === undefined ? [1, 1] : list('dilations').slice(1, 3);
      let name = graph.node('Conv', operands, {
        strides: ints(list('strides').slice(1, 3)),
        dilations: ints(dilations),
        kernel_shape: ints([height, width]),
        group: { int: depthwise ? channels : 1 },
        auto_pad: padding(),
      });
      for (const activation of fused.slice(fused[0] === 'BiasAdd' ? 1 : 0)) {
        if (activation === 'Relu') name = graph.node('Relu', [name]);
        else if (activation === 'Prelu') name = addSlopedRelu(graph, name, constant(inputs.at(-1)!).values);
        else throw new Error(`${o.name}: fused ${activation}`);
      }
      return { name, rank: 4 };
    }
    if (binary !== undefined) {
      const [left, right] = [value(inputs[0]!), value(inputs[1]!)];
      const rank = 'rank' in left ? left.rank : tensor(inputs[1]!).rank;
      const operand = (side: Tensor | WeightTensor, reference: string): string => ('rank' in side ? side.name : broadcast(reference, rank));
      return { name: graph.node(binary, [operand(left, inputs[0]!), operand(right, inputs[1]!)]), rank };
    }
    if (unary !== undefined) {
      const input = tensor(inputs[0]!);
      return { name: graph.node(unary, [input.name]), rank: input.rank };
    }
    if (node.op === 'Prelu') {
      const input = tensor(inputs[0]!);
      return { name: addSlopedRelu(graph, input.name, constant(inputs[1]!).values), rank: input.rank };
    }
    if (node.op === 'Maximum') {
      // A bounded ReLU is written max(min(relu(x), 6), 0): the last says all that the first does.
      const upper = nodes.get(inputs[0]!);
      if (upper?.op !== 'Minimum') throw new Error(`${o.name}: ${node.name} is not the lower of two bounds`);
      const [low, high] = [scalar(inputs[1]!), scalar(upper.input![1]!)];
      const relu = nodes.get(upper.input![0]!);
      const input = tensor(relu?.op === 'Relu' && low >= 0 ? relu.input![0]! : upper.input![0]!);
      return { name: addClip(graph, input.name, { low, high }), rank: input.rank };
    }
    if (node.op === 'MaxPool') {
      const attributes = { kernel_shape: ints(list('ksize').slice(1, 3)), strides: ints(list('strides').slice(1, 3)), auto_pad: padding() };
      return { name: graph.node('MaxPool', [tensor(inputs[0]!).name], attributes), rank: 4 };
    }
    if (node.op === 'Pad') {
      const pads = [...constant(inputs[1]!).values];
      const channelsFirst = [0, 3, 1, 2];
      const all = [...channelsFirst.map((d) => pads[2 * d]!), ...channelsFirst.map((d) => pads[2 * d + 1]!)];
      return { name: graph.node('Pad', [tensor(inputs[0]!).name, graph.integers(all)]), rank: 4 };
    }
    if (node.op === 'Mean') {
      if ([...constant(inputs[1]!).values].join() !== '1,2') throw new Error(`${o.name}: mean over other axes than the image's`);
      const keep = attr['keep_dims']?.b === true;
      return { name: graph.node('ReduceMean', [tensor(inputs[0]!).name], { axes: ints([2, 3]), keepdims: { int: keep ? 1 : 0 } }), rank: keep ? 4 : 2 };
    }
    if (node.op === 'Reshape') {
      const shape = [...constant(inputs[1]!).values];
      return { name: graph.node('Reshape', [channelsLast(tensor(inputs[0]!)), graph.integers(shape)]), rank: shape.length };
    }
    if (node.op === 'ConcatV2') {
      const parts = inputs.slice(0, -1).map(tensor);
      const axis = constant(inputs.at(-1)!).values[0]!;
      const rank = parts[0]!.rank;
      const positive = axis < 0 ? axis + rank : axis;
      const channelsFirstAxis = rank === 4 ? [0, 2, 3, 1][positive]! : positive;
      return { name: graph.node('Concat', parts.map((p) => p.name), { axis: { int: channelsFirstAxis } }), rank };
    }
    throw new Error(`${o.name}: operator ${node.op} of ${node.name} is not known`);
  };
  const channelsLast = (t: Tensor): string => (t.rank === 4 ? graph.node('Transpose', [t.name], { perm: ints([0, 2, 3, 1]) }) : t.name);

  for (const [name, node] of Object.entries(o.outputs)) graph.output(channelsLast(tensor(node)), name);
  return graph.encode();
}
