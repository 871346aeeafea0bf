import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const BUBBLEWRAP = '/usr/bin/bwrap';
const DAEMON = '/usr/sbin/pcscd';
const DRIVER = '/usr/lib/pcsc/drivers/serial/libifdvpcd.so';
/** Of the one service that a machine has. */
const MACHINES_SOCKET = '/run/pcscd/pcscd.comm';
const RELAY = join(import.meta.dirname, 'virtual-reader-relay.ts');
/** Where vpcd listens for the first place's card; the second's is the port after it. */
const PORT = 35_963;
/** A card without contacts, as PC/SC part 3 has it. */
const ANSWER_TO_RESET = Uint8Array.of(0x3b, 0x80, 0x80, 0x01, 0x01);
/** Of vpcd: a message of one byte is not for the card. The first, off, needs nothing done. */
const CONTROL = { on: 1, reset: 2, answerToReset: 4 } as const;
const STARTING_MS = 15_000;
const ENDING_MS = 3_000;
/** It looks several times a second. */
const NOTICED_MS = 10_000;
const LAID_AT_MOST = 3;

export interface VirtualCard {
  transmit(apdu: Uint8Array): Uint8Array;
  powerOn(): void;
}

export interface VirtualReader {
  /** One for each place where a card may lie. */
  readonly names: readonly [string, string];
  /** What a program needs in order to find this service rather than the machine's own. */
  readonly environment: { readonly PCSCLITE_CSOCK_NAME: string };
  /** Resolves when the reader has noticed. */
  lay(place: 0 | 1, card: VirtualCard): Promise<void>;
  /** In the middle of a command too: its answer reaches nobody. */
  takeAway(place: 0 | 1): void;
  /** The service is gone from one moment to the next, its cards still on the reader. */
  crash(): void;
  stop(): Promise<void>;
}

/**
 * Debian's pcscd with vsmartcard's virtual reader, beside whatever PC/SC service the machine has: bubblewrap gives it a
 * /run and a network of its own (vpcd listens on every address) and no USB. Where bubblewrap is not allowed it must be
 * the machine's only one, or this throws.
 */
export async function startVirtualReader(): Promise<VirtualReader> {
  for (const file of [DAEMON, DRIVER]) if (!existsSync(file)) throw new Error(`${file} is missing: run script/setup --tests`);
  const folder = mkdtempSync(join(tmpdir(), 'visavis-pcsc-'));
  const [run, configuration] = [join(folder, 'run'), join(folder, 'reader.conf.d')];
  for (const made of [run, configuration]) mkdirSync(made);
  writeFileSync(join(configuration, 'vpcd'), `FRIENDLYNAME "Visavis test"\nDEVICENAME /dev/null:${PORT}\nLIBPATH ${DRIVER}\nCHANNELID ${PORT}\n`);

  const apart = ['--ro-bind', '/', '/', '--dev', '/dev', '--bind', folder, folder, '--bind', run, '/run', '--unshare-pid', '--unshare-net', '--die-with-parent'];
  const isApart = spawnSync(BUBBLEWRAP, [...apart, 'true']).status === 0;
  const doors = [join(folder, 'place0'), join(folder, 'place1')] as const;
  const both = ['sh', '-c', '"$1" "$2" "$3" "$4" "$5" & exec "$6" --foreground --error --config "$7"', 'sh', process.execPath, RELAY, String(PORT), ...doors, DAEMON, configuration];
  const [file, ...args] = isApart ? [BUBBLEWRAP, ...apart, ...both] : both;
  if (!isApart && existsSync(MACHINES_SOCKET)) {
    rmSync(folder, { recursive: true });
    throw new Error(`bubblewrap is not allowed here, and ${MACHINES_SOCKET} is there: stop the machine's pcscd`);
  }
  const socket = isApart ? join(run, 'pcscd/pcscd.comm') : MACHINES_SOCKET;
  const daemon = spawn(file!, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let said = '';
  for (const stream of [daemon.stdout, daemon.stderr]) stream.on('data', (text) => (said += String(text)));

  const cards: [Socket | undefined, Socket | undefined] = [undefined, undefined];
  const stop = async (): Promise<void> => {
    await end(daemon);
    for (const card of cards) card?.destroy();
    // Nothing of a service that crashed may stand in the next one's way.
    if (!isApart) rmSync(socket, { force: true });
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + STARTING_MS;
  while (![socket, ...doors].every((path) => existsSync(path))) {
    if (daemon.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`pcscd did not start${isApart ? '' : ' (without bubblewrap it needs root)'}: ${said}`);
    }
    await pause(20);
  }
  return {
    names: ['Visavis test 00 00', 'Visavis test 00 01'],
    environment: { PCSCLITE_CSOCK_NAME: socket },
    async lay(place, card) {
      // The reader now and then misses a card that is laid just as another is taken away.
      for (let tries = 1; tries <= LAID_AT_MOST; tries++) {
        cards[place]?.destroy();
        const laid = connect(doors[place]);
        cards[place] = laid;
        const noticed = serve(laid, card).then(() => true);
        noticed.catch(() => undefined);
        if (await Promise.race([noticed, pause(NOTICED_MS, false, { ref: false })])) return;
      }
      throw new Error(`the virtual reader did not notice a card that was laid ${LAID_AT_MOST} times`);
    },
    crash: () => void process.kill(-daemon.pid!, 'SIGKILL'),
    takeAway: (place) => void cards[place]?.destroy(),
    stop,
  };
}

/** Messages both ways: two bytes of length, then a control byte, or a command or its answer. @returns when the card is under power */
function serve(socket: Socket, card: VirtualCard): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const answerTo = (message: Uint8Array): Uint8Array | undefined => {
      if (message.length > 1) return card.transmit(message);
      if (message[0] === CONTROL.answerToReset) return ANSWER_TO_RESET;
      if (message[0] !== CONTROL.on && message[0] !== CONTROL.reset) return undefined;
      card.powerOn();
      resolve();
      return undefined;
    };
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        const answer = answerTo(Uint8Array.from(received.subarray(2, end)));
        received = received.subarray(end);
        if (answer !== undefined && !socket.destroyed) socket.write(Uint8Array.of(answer.length >> 8, answer.length & 0xff, ...answer));
      }
    });
  });
}

/** With all that it started: it leads a group of its own. Asked first, so that it cleans up behind itself. */
function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const force = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), ENDING_MS);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    process.kill(-child.pid!, 'SIGTERM');
  });
}
