/**
 * A process that looks at what it is sent, as the face cell does, and says how it ended and what it cost. Its parent is
 * a test that must outlive it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { facePolicy } from '../policy/index.ts';
import { createFaceEngine, type LivenessScript } from '../index.ts';

export interface BadInput {
  readonly as: 'portrait' | 'frame';
  readonly mediaType: 'image/jpeg' | 'image/jp2';
  readonly bytes: Uint8Array;
}
export interface WhatBecame {
  /** `pass`, or the code. */
  readonly end: string;
  readonly cpuMs: number;
  /** Beyond what the process held before; 0 where the system does not tell. */
  readonly peakMiB: number;
}

const SCRIPT: LivenessScript = { profile: 'standard', steps: [{ action: 'lookAhead', timeoutMs: 5000, pauseMs: 0 }, { action: 'smile', timeoutMs: 5000, pauseMs: 0 }] };
const engine = await createFaceEngine({ modelsDir: process.argv[2]! });
const honest = { mediaType: 'image/jpeg', bytes: new Uint8Array() } as const;
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function look({ as, mediaType, bytes }: BadInput): Promise<string> {
  const session = await engine.openSession({ portrait: as === 'portrait' ? { mediaType, bytes } : honest, policy: facePolicy });
  if (as === 'frame') {
    session.begin(SCRIPT);
    await session.addFrame({ index: 0, capturedAtMs: 0, receivedAtMs: 20, jpeg: bytes });
  }
  const checks = session.report().checks.filter(({ check }) => check === (as === 'portrait' ? 'portrait' : 'frames'));
  return checks.map((check) => (check.status === 'fail' ? check.code : check.status)).join(' ');
}

/** Resident memory in MiB: now, and at its highest since it was last asked to forget that (Linux only). */
function memory(which: 'VmRSS' | 'VmHWM'): number {
  try {
    return Number(new RegExp(`${which}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

process.on('message', (input: BadInput) => void answer(input));
async function answer(input: BadInput): Promise<void> {
  collectGarbage();
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {}
  const [before, cpu] = [memory('VmRSS'), process.cpuUsage()];
  const end = await look(input);
  const { user, system } = process.cpuUsage(cpu);
  process.send!({ end, cpuMs: (user + system) / 1000, peakMiB: memory('VmHWM') - before } satisfies WhatBecame);
}
process.send!('ready');
