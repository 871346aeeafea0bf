import type { AccessKeyMessage, CardAnswers, CardBatch } from '@visavis/contract';

/** Carries batches to a chip in a reader's field. A rejection counts as a lost tag. */
export interface ChipRelay {
  transmit(batch: CardBatch): Promise<CardAnswers>;
}

/** A chip that is in some reader's field for now: what `docs/native-bridge.md`, a helper or a simulator is behind. */
export interface ReachedChip extends ChipRelay {
  /** Words for a reader's own screen; one that has none shows nothing. */
  say(words: string): void;
  /** Lets go of it: done, or given up. Whatever is asked afterwards finds a lost tag. */
  close(): void;
}

/** The access key as the citizen gives it. */
export type AccessKey = AccessKeyMessage;

export interface Camera {
  /** Rejects when the camera may not be used. May be called again after `stop`. */
  start(): Promise<void>;
  /**
   * The next frame, paced by the implementation at 10–15 a second; undefined when the camera is gone. `capturedAtMs`
   * is by any clock that runs evenly: only differences count.
   */
  nextFrame(): Promise<{ readonly jpeg: Uint8Array; readonly capturedAtMs: number } | undefined>;
  stop(): void;
}

/** WebAuthn in its JSON forms. A rejection means that the citizen or the device did not confirm. */
export interface Passkeys {
  create(optionsJson: Readonly<Record<string, unknown>>): Promise<object>;
  get(optionsJson: Readonly<Record<string, unknown>>): Promise<object>;
}

/** The part of a WebSocket that is used: a browser's, Node's and a test's all have it. */
export interface SocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  send(message: string | Uint8Array<ArrayBuffer>): void;
  close(): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly reason: string }) => void): void;
}

export interface ServerPort {
  /** Carries the session cookie, as a browser's does. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly openSocket: (url: string) => SocketLike;
  /** e.g. `https://id.example`: scheme and host, no path. */
  readonly origin: string;
}
