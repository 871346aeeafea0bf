import { type BoothMessage, type ClientMessage, encodeMessage, MAX_FRAME_BYTES } from '@visavis/contract';
import { createClientKey, openChannel as openClientChannel } from '@visavis/client';
import { type Bytes, type Result, toHex, utf8 } from '@visavis/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BoothChannel, openChannel } from './open-channel.ts';
import { hpkeSuite } from './suite.ts';

const ENROLMENT = 'AAAAAAAAAAAAAAAAAAAAAA';
const OTHER_ENROLMENT = 'BBBBBBBBBBBBBBBBBBBBBA';
const START: ClientMessage = { type: 'startCapture', profile: 'standard' };
const WITHDRAW: ClientMessage = { type: 'withdraw' };
const frame = (index: number): ClientMessage => ({ type: 'frame', index, capturedAtMs: index * 70, chain: 'A'.repeat(43) });

async function boothKeys() {
  const channelKeys = await hpkeSuite.kem.generateKeyPair();
  return { channelKeys, channelKey: new Uint8Array(await hpkeSuite.kem.serializePublicKey(channelKeys.publicKey)) };
}

/** A device and a booth that were meant for each other, but for what `other` changes. */
async function pair(other: { readonly deviceBelievesEnrolment?: string; readonly sealTo?: Bytes; readonly boothExpectsThumbprint?: string } = {}) {
  const clientKey = await createClientKey();
  const keys = await boothKeys();
  const device = await openClientChannel({ enrolmentId: other.deviceBelievesEnrolment ?? ENROLMENT, channelKey: other.sealTo ?? keys.channelKey, clientKey });
  const expected = { enrolmentId: ENROLMENT, clientKeyThumbprint: other.boothExpectsThumbprint ?? clientKey.thumbprint, ...keys };
  const booth = await openChannel(JSON.stringify(device.hello), expected);
  return { clientKey, keys, device, booth, expected };
}

function opened(booth: Result<BoothChannel>): BoothChannel {
  if (!booth.ok) throw new Error(booth.fault.code);
  return booth.value;
}

const codeOf = (result: Result<unknown>) => (result.ok ? 'ok' : result.fault.code);

describe('the honest channel', () => {
  it('carries messages both ways, frames with their bytes', async () => {
    const { device, booth } = await pair();
    const channel = opened(booth);
    const jpeg = new Uint8Array(50_000).fill(7);
    const sealed = await Promise.all([device.seal(START), device.seal(frame(0), jpeg), device.seal(WITHDRAW)]);
    for (const [i, message] of [START, frame(0), WITHDRAW].entries()) {
      const got = await channel.open(sealed[i]!);
      expect(got).toMatchObject({ ok: true, value: { message } });
      expect(got.ok && got.value.tail.length).toBe(i === 1 ? jpeg.length : 0);
    }
    const answers: BoothMessage[] = [{ type: 'documentAccepted' }, { type: 'hint', hint: 'ok' }];
    const back = await Promise.all(answers.map((answer) => channel.seal(answer)));
    expect([await device.open(back[0]!), await device.open(back[1]!)]).toEqual(answers);
  });

  it('shows nothing of what it carries', async () => {
    const { device } = await pair();
    const planted = utf8('planted-portrait-bytes');
    expect(toHex(await device.seal(frame(0), planted))).not.toContain(toHex(planted));
  });
});

describe('attacks on what the device sends', () => {
  const attacks: readonly [string, (sealed: readonly Bytes[], elsewhere: readonly Bytes[]) => readonly Bytes[]][] = [
    ['replay', ([a, b]) => [a!, a!, b!]],
    ['replay later', ([a, b]) => [a!, b!, a!]],
    ['reorder', ([a, b]) => [b!, a!]],
    ['drop', ([a, , c]) => [a!, c!]],
    ['truncate', ([a, b]) => [a!, b!.slice(0, -1)]],
    ['lengthen', ([a, b]) => [a!, new Uint8Array([...b!, 0])]],
    ['empty', ([a]) => [a!, new Uint8Array()]],
    ['splice in from another enrolment', ([a], [, x]) => [a!, x!]],
  ];
  it.each(attacks)('%s: BOOTH_CHANNEL_SEQUENCE', async (_name, attack) => {
    const [here, there] = [await pair(), await pair()];
    const seal = async (device: typeof here.device) => [await device.seal(START), await device.seal(frame(0), new Uint8Array([1])), await device.seal(WITHDRAW)];
    const channel = opened(here.booth);
    const honest = await seal(here.device);
    const codes: string[] = [];
    for (const sealed of attack(honest, await seal(there.device))) codes.push(codeOf(await channel.open(sealed)));
    const refusedAt = codes.findIndex((code) => code !== 'ok');
    expect(codes[refusedAt]).toBe('BOOTH_CHANNEL_SEQUENCE');
    // One refusal ends the channel: nothing opens after it, not even what is genuine.
    expect(codeOf(await channel.open(honest[refusedAt]!))).toBe('BOOTH_CHANNEL_SEQUENCE');
  });

  it('any flipped bit: BOOTH_CHANNEL_SEQUENCE', async () => {
    const { device, expected } = await pair();
    const sealed = await device.seal(START);
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length * 8 - 1), async (bit) => {
        const mutated = Uint8Array.from(sealed);
        mutated[bit >> 3]! ^= 1 << (bit & 7);
        const channel = opened(await openChannel(JSON.stringify(device.hello), expected));
        expect(codeOf(await channel.open(mutated))).toBe('BOOTH_CHANNEL_SEQUENCE');
      }),
      { numRuns: 40 },
    );
    // The honest twin.
    expect(codeOf(await opened(await openChannel(JSON.stringify(device.hello), expected)).open(sealed))).toBe('ok');
  });

  it('well sealed nonsense, a tail where none belongs, a frame too long: BOOTH_CHANNEL_MALFORMED', async () => {
    const nonsense = async (head: unknown, tail?: Uint8Array) => {
      const { device, booth } = await pair();
      return codeOf(await opened(booth).open(await device.seal(head as ClientMessage, tail)));
    };
    expect(await nonsense({ type: 'becomeKing' })).toBe('BOOTH_CHANNEL_MALFORMED');
    expect(await nonsense({ ...START, more: 1 })).toBe('BOOTH_CHANNEL_MALFORMED');
    expect(await nonsense(START, new Uint8Array([1]))).toBe('BOOTH_CHANNEL_MALFORMED');
    expect(await nonsense(frame(0), new Uint8Array(MAX_FRAME_BYTES + 1))).toBe('BOOTH_CHANNEL_MALFORMED');
    expect(await nonsense(frame(0), new Uint8Array(MAX_FRAME_BYTES))).toBe('ok');
  });

  it('bytes beyond any message: BOOTH_CHANNEL_MALFORMED, before they are opened', async () => {
    const { booth } = await pair();
    expect(codeOf(await opened(booth).open(encodeMessage({}, new Uint8Array(1024 * 1024))))).toBe('BOOTH_CHANNEL_MALFORMED');
  });
});

describe('attacks on the hello', () => {
  it('a device key that the booth was not started for: BOOTH_HELLO_INVALID', async () => {
    const other = await createClientKey();
    expect(codeOf((await pair({ boothExpectsThumbprint: other.thumbprint })).booth)).toBe('BOOTH_HELLO_INVALID');
    expect(codeOf((await pair()).booth)).toBe('ok');
  });

  it('another enrolment or another booth in what was signed: BOOTH_HELLO_INVALID', async () => {
    expect(codeOf((await pair({ deviceBelievesEnrolment: OTHER_ENROLMENT })).booth)).toBe('BOOTH_HELLO_INVALID');
    expect(codeOf((await pair({ sealTo: (await boothKeys()).channelKey })).booth)).toBe('BOOTH_HELLO_INVALID');
  });

  it('an encapsulated key of somebody else under the device’s signature: BOOTH_HELLO_INVALID', async () => {
    const { device, expected, keys } = await pair();
    const foreign = await openClientChannel({ enrolmentId: ENROLMENT, channelKey: keys.channelKey, clientKey: await createClientKey() });
    expect(codeOf(await openChannel(JSON.stringify({ ...device.hello, enc: foreign.hello.enc }), expected))).toBe('BOOTH_HELLO_INVALID');
  });

  it('what is no hello: BOOTH_HELLO_INVALID, whatever it is', async () => {
    const { device, expected } = await pair();
    const { hello } = device;
    const offCurve = 'BA' + 'A'.repeat(85);
    for (const text of ['', '{}', 'null', '[', JSON.stringify({ ...hello, version: 2 }), JSON.stringify({ ...hello, more: 1 }), JSON.stringify({ ...hello, enc: '' }), JSON.stringify({ ...hello, enc: offCurve }), JSON.stringify({ ...hello, signature: '' }), 'x'.repeat(1_000_000)]) {
      expect(codeOf(await openChannel(text, expected))).toBe('BOOTH_HELLO_INVALID');
    }
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        expect(codeOf(await openChannel(text, expected))).toBe('BOOTH_HELLO_INVALID');
      }),
      { numRuns: 50 },
    );
  });
});

describe('attacks on what the booth answers', () => {
  it('replay, reorder, change, splice: the device opens nothing more', async () => {
    const hint: BoothMessage = { type: 'hint', hint: 'ok' };
    const here = async () => {
      const { device, booth } = await pair();
      const channel = opened(booth);
      return { device, answers: [await channel.seal({ type: 'documentAccepted' }), await channel.seal(hint)] as const };
    };
    const replayed = await here();
    expect(await replayed.device.open(replayed.answers[0])).toBeDefined();
    expect(await replayed.device.open(replayed.answers[0])).toBeUndefined();
    expect(await replayed.device.open(replayed.answers[1])).toBeUndefined();
    const reordered = await here();
    expect(await reordered.device.open(reordered.answers[1])).toBeUndefined();
    const changed = await here();
    changed.answers[0][3]! ^= 1;
    expect(await changed.device.open(changed.answers[0])).toBeUndefined();
    const [spliced, elsewhere] = [await here(), await here()];
    expect(await spliced.device.open(elsewhere.answers[0])).toBeUndefined();
    const honest = await here();
    expect([await honest.device.open(honest.answers[0]), await honest.device.open(honest.answers[1])]).toEqual([{ type: 'documentAccepted' }, hint]);
  });
});

describe('a channel that was forgotten', () => {
  it('opens nothing more and seals nothing more', async () => {
    const { device, booth } = await pair();
    const channel = opened(booth);
    const sealed = await device.seal({ type: 'startCapture', profile: 'standard' });
    channel.forget();
    expect(codeOf(await channel.open(sealed))).toBe('BOOTH_CHANNEL_SEQUENCE');
    await expect(channel.seal({ type: 'documentAccepted' })).rejects.toThrow(TypeError);
  });
});
