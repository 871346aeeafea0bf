import type { OnnxGraph } from './onnx-writer.ts';

/**
 * A ReLU with a trained slope per channel, max(x, 0) + a·min(x, 0), written as a·x + (1 − a)·max(x, 0) by depthwise
 * convolutions of one pixel. The runtime keeps convolutions in its own order of memory and fuses ReLU and sum into
 * them; its operator for the same thing wants another order, and carrying all numbers there and back took almost half
 * of a network's time.
 * @param slopes a, one per channel
 */
export function addSlopedRelu(graph: OnnxGraph, input: string, slopes: Float32Array): string {
  const scaled = (tensor: string, factors: Float32Array): string =>
    graph.node('Conv', [tensor, graph.floats(factors, [factors.length, 1, 1, 1])], { kernel_shape: { ints: [1, 1] }, group: { int: factors.length } });
  const rest = slopes.map((a) => 1 - a);
  // A factor that is not negative may go before the ReLU, which then costs nothing.
  const bent = rest.every((factor) => factor >= 0) ? graph.node('Relu', [scaled(input, rest)]) : scaled(graph.node('Relu', [scaled(input, rest.map(() => 1))]), rest);
  return graph.node('Add', [scaled(input, slopes), bent]);
}

/** min(max(x, low), high) as one operator, which the runtime fuses into the convolution before it. */
export function addClip(graph: OnnxGraph, input: string, { low, high }: { readonly low: number; readonly high: number }): string {
  return graph.node('Clip', [input, graph.floats(Float32Array.of(low), []), graph.floats(Float32Array.of(high), [])]);
}
