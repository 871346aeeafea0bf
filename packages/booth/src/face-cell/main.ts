/**
 * The face cell: native decoders and networks, loaded before anybody comes; attached to one chip cell over a private
 * stream only after a chip proved genuine; returns reports. It holds no key and knows no name. Nothing is logged.
 */
import type { Socket } from 'node:net';
import { decodeMessage, encodeMessage, toFaceCell } from '@visavis/contract';
import { createFaceEngine } from '@visavis/face';
import { facePolicy } from '@visavis/face/policy';
import { createFrameReader, frameForStream } from '../cell/framed-stream.ts';
import { seeWalls } from '../walls/see-walls.ts';
import { serveFace } from './serve-face.ts';

const modelsDir = process.argv[2];
if (modelsDir === undefined) throw new TypeError('the folder of the networks is missing');
const engine = await createFaceEngine({ modelsDir });

// Without a parent there is nobody to work for. Its channel ends with what it brings: then the parent is told by its pipe.
const leave = (): void => process.exit(0);
process.on('disconnect', leave);
process.stdin.on('end', leave).resume();

process.once('message', (_message, socket: Socket | undefined) => {
  process.off('disconnect', leave);
  if (socket === undefined) throw new TypeError('no stream attached');
  const take = serveFace(engine, facePolicy, (message) => {
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
process.send?.({ type: 'ready', walls: seeWalls() });
