import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import websocket from '@fastify/websocket';
import { createBridgeChip, createRemoteChip, type ReachedChip, type SocketLike } from '@visavis/client';
import { type Chip, createChip, createSpecimenState, testPortrait } from '@visavis/specimen';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveChips } from '../../apps/specimen-state/src/routes/chips.ts';
import { CHIP_RELAY_CONTRACT, type RelayUnderTest } from '../support/chip-relay-contract.ts';
import { createFakeShell } from '../support/fake-shell.ts';
import { startVirtualReader, type VirtualReader } from '../support/virtual-reader.ts';

const program = join(import.meta.dirname, '../../script/visavis');
const ORIGIN = 'https://id.example';
const nowMs = Date.now();
const state = createSpecimenState({ seed: 'chip relay', nowMs });
const passport = state.mintPassport({ portrait: testPortrait, familyName: 'SPECIMEN', givenNames: 'ANNA', dateOfBirth: '1990-01-01', dateOfExpiry: '2033-01-01', sex: 'female', access: 'pace', authentication: 'chipAuthentication' });
const answered: Record<string, unknown> = {};

function contractOf(name: string, relay: () => RelayUnderTest): void {
  for (const [promise, keeps] of Object.entries(CHIP_RELAY_CONTRACT))
    it(promise, async () => {
      const told = await keeps(relay(), { state, passport, nowMs });
      if (told !== undefined) answered[name] = told;
    });
}

describe('the simulator', () => {
  const app = fastify({ forceCloseConnections: true });
  let url: string;
  let last: { readonly chip: ReachedChip; sever: () => void };
  beforeAll(async () => {
    await app.register(websocket);
    await app.register((scope, _options, done) => {
      serveChips(scope, { cabinet: { get: () => passport } as unknown as Parameters<typeof serveChips>[1]['cabinet'] });
      done();
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    url = `ws://127.0.0.1:${(app.server.address() as AddressInfo).port}/chips/any`;
  });
  afterAll(() => app.close());

  contractOf('simulator', () => ({
    reach: async () => {
      const socket = new WebSocket(url) as SocketLike;
      const send = socket.send.bind(socket);
      let isSevered = false;
      socket.send = (message) => (isSevered ? socket.close() : send(message));
      last = { chip: createRemoteChip(socket), sever: () => (isSevered = true) };
      return last.chip;
    },
    loseDuring: (batch) => {
      last.sever();
      return last.chip.transmit(batch);
    },
  }));
});

describe('the PC/SC helper', () => {
  let reader: VirtualReader;
  let helper: ChildProcess;
  let address: string;
  beforeAll(async () => {
    reader = await startVirtualReader();
    helper = spawn(program, ['chip', 'serve', '--reader', reader.names[0], '--for', ORIGIN, '--port', '0'], { env: { ...process.env, ...reader.environment }, stdio: ['ignore', 'pipe', 'inherit'] });
    [address] = (await once(createInterface({ input: helper.stdout! }), 'line')) as [string];
  });
  afterAll(async () => {
    const ended = once(helper, 'exit');
    helper.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    await reader?.stop();
  });

  const open = (url: string, origin: string | undefined): WebSocket => new WebSocket(url, { headers: origin === undefined ? {} : { origin } } as unknown as string[]);
  let commandsLeft: number | undefined;
  const inHand = (chip: Chip): Chip => ({
    ...chip,
    transmit(apdu) {
      if (commandsLeft !== undefined && --commandsLeft === 0) reader.takeAway(0);
      return chip.transmit(apdu);
    },
  });
  let last: ReachedChip;
  contractOf('helper', () => ({
    reach: async (laid) => {
      // It stays on the reader from one reading to the next, as at a desk.
      if (commandsLeft === undefined) await reader.lay(0, inHand(createChip(laid)));
      commandsLeft = Infinity;
      last = createRemoteChip(open(address, ORIGIN));
      return last;
    },
    loseDuring: async (batch) => {
      commandsLeft = 2;
      return last.transmit(batch);
    },
  }));

  it('serves the page that it was started for, and no other origin, nobody without the printed address, nothing but batches', async () => {
    const hears = async (url: string, origin: string | undefined, said?: string): Promise<string> => {
      const socket = open(url, origin);
      if (said !== undefined) socket.addEventListener('open', () => socket.send(said));
      else socket.addEventListener('open', () => socket.close(1000));
      return Promise.race([once(socket, 'close').then(([event]) => String((event as CloseEvent).code)), once(socket, 'error').then(() => 'refused')]);
    };
    expect(await hears(address, ORIGIN)).toBe('1000');
    expect(await hears(address, 'https://evil.example')).toBe('refused');
    expect(await hears(address, undefined)).toBe('refused');
    expect(await hears(`${address.slice(0, -1)}${address.endsWith('A') ? 'B' : 'A'}`, ORIGIN)).toBe('refused');
    for (const nonsense of ['[', '{}', JSON.stringify({ batch: 0, commands: [] }), JSON.stringify({ batch: 0, commands: [{ apdu: '00', accept: [] }], more: 1 })]) expect(await hears(address, ORIGIN, nonsense)).toBe('1008');
  });
});

describe('a native shell', () => {
  let last: { readonly chip: ReachedChip; readonly shell: ReturnType<typeof createFakeShell> };
  contractOf('bridge', () => ({
    reach: async (held) => {
      const listeners = new Set<(event: { readonly data: unknown }) => void>();
      const shell = createFakeShell((data) => queueMicrotask(() => listeners.forEach((listener) => listener({ data }))));
      shell.hold(held);
      const chip = createBridgeChip({ postMessage: (text) => shell.hear(text), addEventListener: (_type, listener) => void listeners.add(listener), removeEventListener: (_type, listener) => void listeners.delete(listener) }, 'Hold it to the phone');
      last = { chip, shell };
      return chip;
    },
    loseDuring: (batch) => {
      last.shell.takeAwayDuringNextBatch();
      return last.chip.transmit(batch);
    },
  }));
});

it('the same messages had the same answers on all three ways', () => {
  expect(Object.keys(answered)).toEqual(['simulator', 'helper', 'bridge']);
  expect(answered['helper']).toEqual(answered['simulator']);
  expect(answered['bridge']).toEqual(answered['simulator']);
});
