/** What the name `crypto` means in a browser; see `vite.config.ts`. */
export const webcrypto: Crypto = globalThis.crypto;
