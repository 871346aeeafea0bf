import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { env } from 'onnxruntime-node';

/** A network laid out for one kind of processor: its graph, and its weights in a file that processes share in memory. */
export interface LaidOutNetwork {
  readonly graph: string;
  readonly weights: string;
  /** SHA-256 of the portable network it was made from: the one in the catalogue. */
  readonly source: string;
  readonly graphSha256: string;
  readonly weightsSha256: string;
}

/** Says what a layout folder holds and for which machine it was made. */
export interface NetworkLayout {
  readonly machine: string;
  readonly networks: Readonly<Record<string, LaidOutNetwork>>;
}

/** Below the models folder. */
export const LAYOUT_FOLDER = 'laid-out';
export const LAYOUT_FILE = 'layout.json';

/**
 * What a layout depends on: the order of the weights follows the width of the processor's vectors, the operators are
 * the runtime's own. A layout of another machine is not loaded.
 */
export const thisMachine = (): string => `${process.platform} ${process.arch}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}${vectors()}, onnxruntime ${env.versions.node ?? 'unknown'}`;

/** Virtual machines share one processor name and differ in what they let through. */
function vectors(): string {
  try {
    const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' ') ?? [];
    return ['avx', 'avx2', 'avx512f'].flatMap((flag) => (flags.includes(flag) ? [` ${flag}`] : [])).join('');
  } catch {
    return '';
  }
}
