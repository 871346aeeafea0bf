/**
 * The face cell: native decoders and networks, loaded before anybody comes; attached to one chip cell over a private
 * stream only after a chip proved genuine; returns reports. It holds no key and knows no name. Nothing is logged.
 */
import { randomFillSync } from 'node:crypto';
import type { Socket } from 'node:net';
import { decodeMessage, encodeMessage, toFaceCell } from '@visavis/contract';
import { faceFaults, mountFaceFolder } from '@visavis/face';
import { createFrameReader, frameForStream } from '../cell/framed-stream.ts';
import { refuseToServe, tellReady } from '../cell/tell-start.ts';
import { readOperatorsFace } from '../decision/face-policy-in-force.ts';
import { serveFace } from './serve-face.ts';

const [modelsDir, ...rules] = process.argv.slice(2);
if (modelsDir === undefined) throw new TypeError('the folder of the networks is missing');
const operators = readOperatorsFace(rules);
const mounted = await mountFaceFolder({ modelsDir, faceFolder: operators?.folder, random: (n) => randomFillSync(new Uint8Array(n)) });
if (!mounted.ok) throw await refuseToServe(mounted.fault);
const { engine, policy } = mounted.value;
if (operators !== undefined && policy.seal !== operators.seal) throw await refuseToServe(faceFaults.fault('FACE_POLICY_ALTERED', { where: 'policy' }));

// Without a parent there is nobody to work for. Its channel ends with what it brings: then the parent is told by its pipe.
const leave = (): void => process.exit(0);
process.on('disconnect', leave);
process.stdin.on('end', leave).resume();

process.once('message', (_message, socket: Socket | undefined) => {
  process.off('disconnect', leave);
  if (socket === undefined) throw new TypeError('no stream attached');
  const take = serveFace(engine, policy, (message) => {
    socket.write(frameForStream(encodeMessage(message)));
  });
  let turn = Promise.resolve();
  const read = createFrameReader((bytes) => {
    const said = decodeMessage(toFaceCell, bytes);
    if (said === undefined) throw new TypeError('the chip cell speaks another language');
    turn = turn.then(() => take(said.head, said.tail));
  });
  socket.on('data', (chunk: Buffer) => {
    if (!read(chunk)) throw new TypeError('the chip cell speaks another language');
  });
  // The enrolment is over when its chip cell is.
  socket.on('close', leave);
  socket.on('error', () => {});
  socket.resume();
});
tellReady();
