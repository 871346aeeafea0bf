import { randomBytes } from 'node:crypto';
import { hpkeSuite, openBoothChannel } from '@visavis/booth/unsafe';
import { createClientKey, openChannel } from '@visavis/client';
import { clientMessage, decodeMessage, encodeMessage } from '@visavis/contract';
import { toBase64Url } from '@visavis/kernel';

/** A 640×480 JPEG of the quality that browsers send. */
const FRAME_BYTES = 45 * 1024;
const FRAMES = 400;

export interface SealingMeasured {
  readonly n: number;
  readonly frameBytes: number;
  /** Processor time that the booth spends to open one frame, and what it would spend to read it in clear. */
  readonly openMsPerFrame: number;
  readonly plainMsPerFrame: number;
  /** What sealing costs the device. */
  readonly sealMsPerFrame: number;
}

/** Sealing and opening of the same bytes against framing and reading them in clear, in this process. */
export async function measureSealing(): Promise<SealingMeasured> {
  const clientKey = await createClientKey();
  const enrolmentId = toBase64Url(new Uint8Array(randomBytes(16)));
  const channelKeys = await hpkeSuite.kem.generateKeyPair();
  const channelKey = new Uint8Array(await hpkeSuite.kem.serializePublicKey(channelKeys.publicKey));
  const device = await openChannel({ enrolmentId, channelKey, clientKey });
  const opened = await openBoothChannel(JSON.stringify(device.hello), { enrolmentId, clientKeyThumbprint: clientKey.thumbprint, channelKeys, channelKey });
  if (!opened.ok) throw new Error(opened.fault.code);
  const jpeg = new Uint8Array(randomBytes(FRAME_BYTES));
  const head = (index: number) => ({ type: 'frame' as const, index, capturedAtMs: index * 80, chain: 'A'.repeat(43) });

  const sealed: Uint8Array[] = [];
  const sealMsPerFrame = await cpuMs(FRAMES, async (i) => void sealed.push(await device.seal(head(i), jpeg)));
  const openMsPerFrame = await cpuMs(FRAMES, async (i) => {
    const read = await opened.value.open(sealed[i]!);
    if (!read.ok) throw new Error(read.fault.code);
  });
  const clear = Array.from({ length: FRAMES }, (_, i) => encodeMessage(head(i), jpeg));
  const plainMsPerFrame = await cpuMs(FRAMES, (i) => {
    const read = decodeMessage(clientMessage, Uint8Array.from(clear[i]!));
    if (read === undefined) throw new Error('not read');
    return Promise.resolve();
  });
  return { n: FRAMES, frameBytes: FRAME_BYTES, openMsPerFrame, plainMsPerFrame, sealMsPerFrame };
}

/** Mean processor time of all of this process's threads. */
async function cpuMs(n: number, act: (i: number) => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < n; i++) await act(i);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / n;
}
