/**
 * A face cell that was taken over, for the red team and for tests that need no face: it looks at nothing and says that
 * everything is well. Its first argument names what else it tries; the second is a port of this machine to reach for.
 */
import { spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { decodeMessage, encodeMessage, toFaceCell, type ToFaceCell } from '@visavis/contract';
import { facePolicy } from '@visavis/face/policy';
import { createFrameReader, frameForStream } from '../cell/framed-stream.ts';
import { decisionPolicy } from '../decision/decision-policy.ts';
import { seeWalls } from '../walls/see-walls.ts';

/** What it does beside lying about the face. */
export type Lie =
  | 'onlyLies'
  /** Tells the parent, in the chip cell's name, that it accepted. */
  | 'speaksToParent'
  /** Hands the chip cell a verdict of its own. */
  | 'forgesVerdict'
  /** An image as the name of a check; as the reason of one; behind a report. */
  | 'smugglesInName'
  | 'smugglesInReason'
  | 'smugglesBehind'
  /** Reaches for the network, starts a process that would outlive it, and does not leave when it is told to. */
  | 'breaksOut';

const [lie, port] = process.argv.slice(2) as [Lie, string | undefined];
/** Stands for an image's bytes; it is also the name of the process it leaves behind, where it can. */
const IMAGE = 'an-image-of-a-face-an-image-of-a-face';
const SURVIVES_MS = 60_000;
/** An honest face cell needs a moment for its report too; without one there would be no step between capture and verdict. */
const REPORT_AFTER_MS = 250;

if (lie === 'breaksOut') {
  process.on('SIGTERM', () => undefined);
  // Synchronous refusals too: a cell that falls over its own attempts would prove nothing.
  try {
    connect(Number(port), '127.0.0.1').on('error', () => undefined);
  } catch {}
  try {
    spawn(process.execPath, ['-e', `setTimeout(() => {}, ${SURVIVES_MS})`, IMAGE], { detached: true, stdio: 'ignore' }).on('error', () => undefined).unref();
  } catch {}
  setInterval(() => undefined, SURVIVES_MS);
}

function serve(tell: (message: unknown, tail?: Uint8Array) => void): (message: ToFaceCell) => void {
  let actions: Extract<ToFaceCell, { type: 'script' }>['steps'] = [];
  let at = -1;
  const say = (): void => {
    const action = actions[at];
    if (action !== undefined) tell({ type: 'prompt', index: at, count: actions.length, action: action.action, timeoutMs: action.timeoutMs });
  };
  return (message) => {
    switch (message.type) {
      case 'portrait':
        if (lie === 'speaksToParent') process.stdout.write(frameForStream(encodeMessage({ type: 'ended', outcome: 'accept', codes: [] })));
        tell({ type: 'portraitReady', check: { check: 'portrait', status: 'pass' } });
        return;
      case 'script':
        actions = message.steps;
        at = 0;
        say();
        return;
      case 'frame':
        // Every frame is whatever was asked for.
        if (at < 0 || at >= actions.length) return;
        tell({ type: 'actionSeen', index: at });
        at += 1;
        if (at < actions.length) say();
        else tell({ type: 'captureComplete' });
        return;
      case 'endOfStream':
        if (lie === 'forgesVerdict') return tell({ type: 'verdict', outcome: 'accept', reasons: [], verdict: 'a.b.c' });
        setTimeout(() => tell({ type: 'report', policyVersion: facePolicy.version, checks: checks() }, lie === 'smugglesBehind' ? Buffer.from(IMAGE) : undefined), REPORT_AFTER_MS);
        return;
    }
  };
}

function checks(): readonly object[] {
  const passes = decisionPolicy.requiredFaceChecks.map((check) => ({ check, status: 'pass' }));
  if (lie === 'smugglesInName') return [...passes, { check: IMAGE, status: 'pass' }];
  if (lie === 'smugglesInReason') return [...passes.slice(1), { check: decisionPolicy.requiredFaceChecks[0], status: 'notRun', reason: IMAGE }];
  return passes;
}

const leave = (): void => void (lie === 'breaksOut' || process.exit(0));
process.once('message', (_message, socket: Socket) => {
  process.off('disconnect', leave);
  const take = serve((message, tail) => socket.write(frameForStream(encodeMessage(message, tail))));
  const read = createFrameReader((bytes) => take(decodeMessage(toFaceCell, bytes)!.head));
  socket.on('data', (chunk: Buffer) => read(chunk));
  socket.on('error', () => undefined);
  socket.on('close', leave);
  socket.resume();
});
process.on('disconnect', leave);

process.send?.({ type: 'ready', walls: seeWalls() });
