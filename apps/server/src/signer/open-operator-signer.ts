import { setTimeout as sleep } from 'node:timers/promises';
import { type P256PublicJwk, signerFaults } from '@visavis/contract';
import { type OperatorSigner, SignerRefused } from '../operator-signer.ts';
import { connectToSigner, type SignerConnection, type SignerQuestion } from './signer-connection.ts';

/** A signer that was killed is back within a second; a citizen waits no longer than this for one that isn't. */
const ANSWER_MS = 10_000;
/** The first start makes keys, on a busy machine. */
const FIRST_ANSWER_MS = 60_000;
const CONNECT_AGAIN_MS = 50;
/** Requests that may wait at once: more means that nobody answers any more. */
const MAX_WAITING = 1024;

export interface OpenOperatorSigner {
  readonly socketPath: string;
  /** Called whenever nobody listens there; undefined when somebody else runs the signer. */
  readonly start?: (() => void) | undefined;
  /** Why no signer came up, for whoever reads the server's first error. */
  readonly lastWords?: () => string;
  /** Shorter, for tests. */
  readonly answerMs?: number;
}

interface Keys {
  readonly operatorKey: P256PublicJwk;
  readonly logKey: string;
}

/**
 * The signer at a socket. A request whose connection breaks is asked again, since all of them may be, until its time is
 * over: then it is refused with SIGNER_UNAVAILABLE. A signer that comes back with other keys is refused for good.
 * @throws when no signer answers at the start
 */
export async function openOperatorSigner(o: OpenOperatorSigner): Promise<{ readonly signer: OperatorSigner; close(): void }> {
  let pinned: Keys | undefined;
  const closing = new AbortController();
  let current: SignerConnection | undefined;
  let connecting: Promise<SignerConnection | undefined> | undefined;
  let waiting = 0;

  const connectOnce = async (): Promise<SignerConnection | undefined> => {
    const connection = await connectToSigner(o.socketPath);
    if (connection === undefined) {
      o.start?.();
      return undefined;
    }
    const described = await connection.ask({ type: 'describe' });
    if (described?.type !== 'described') return undefined;
    const { operatorKey, logKey } = described;
    pinned ??= { operatorKey, logKey };
    if (logKey !== pinned.logKey || operatorKey.x !== pinned.operatorKey.x || operatorKey.y !== pinned.operatorKey.y) {
      connection.close();
      throw new SignerRefused(signerFaults.fault('SIGNER_KEYS_CHANGED'));
    }
    current = connection;
    return connection;
  };
  const connected = async (): Promise<SignerConnection | undefined> => {
    if (current?.alive === true) return current;
    connecting ??= connectOnce().finally(() => {
      connecting = undefined;
    });
    return connecting;
  };
  const ask = async (question: SignerQuestion, answerMs: number): Promise<string> => {
    const unavailable = (): SignerRefused => new SignerRefused(signerFaults.fault('SIGNER_UNAVAILABLE'));
    if (waiting >= MAX_WAITING) throw unavailable();
    waiting += 1;
    const over = new AbortController();
    const tooLate = sleep(answerMs, 'late' as const, { signal: over.signal }).catch(() => 'late' as const);
    try {
      while (!closing.signal.aborted) {
        const connection = await Promise.race([connected(), tooLate]);
        if (connection === 'late') break;
        const answer = connection === undefined ? undefined : await Promise.race([connection.ask(question), tooLate]);
        if (answer === 'late') {
          // One that does not answer in time will not answer the others either: they ask anew.
          connection?.close();
          break;
        }
        if (answer?.type === 'described') return answer.logKey;
        if (answer?.type === 'signed') return answer.signed;
        if (answer?.type === 'refused') throw new SignerRefused(signerFaults.fault(signerFaults.has(answer.code) ? answer.code : 'SIGNER_FAILED', { reason: answer.reason }));
        if ((await Promise.race([sleep(CONNECT_AGAIN_MS), tooLate])) === 'late') break;
      }
      throw unavailable();
    } finally {
      waiting -= 1;
      over.abort();
    }
  };

  try {
    await ask({ type: 'describe' }, FIRST_ANSWER_MS);
  } catch (error) {
    throw new Error(`no signer answers at ${o.socketPath}: ${error instanceof Error ? error.message : ''} ${o.lastWords?.() ?? ''}`.trim(), { cause: error });
  }
  const answerMs = o.answerMs ?? ANSWER_MS;
  return {
    signer: {
      publicKey: pinned!.operatorKey,
      logKey: pinned!.logKey,
      certifyBooth: (claims, logged) => ask({ type: 'certifyBooth', claims, logged }, answerMs),
      signReceipt: (claims) => ask({ type: 'signReceipt', claims }, answerMs),
      signCheckpoint: ({ checkpoint, consistency }) => ask({ type: 'signCheckpoint', checkpoint, consistency: [...consistency] }, answerMs),
    },
    close() {
      closing.abort();
      current?.close();
    },
  };
}
