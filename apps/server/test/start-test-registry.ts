import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ReceiptClaims, signReceipt } from '@visavis/contract';
import { bindKeyStore, type DocumentReport, type DocumentStatus, openTransparencyLog, type Registry } from '@visavis/registry';
import { type CryptoKey, exportJWK, generateKeyPair } from 'jose';
import { openFileKeyStore } from '../src/file-key-store.ts';
import { createLogSigner } from './log-signer.ts';
import { startTestDatabase } from './start-test-database.ts';

export interface TestRegistry extends Registry {
  readonly dataDir: string;
  readonly keyStoreDir: string;
  readonly operatorKey: CryptoKey;
  readonly operatorPublicKey: { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string };
  readonly logKey: string;
  signReceipt(claims: ReceiptClaims): Promise<string>;
  /** Says of a document from now on what the state's register says. */
  report(report: DocumentReport): void;
  moveTo(moment: string): void;
  close(): Promise<void>;
}

export const random = (n: number): Uint8Array => new Uint8Array(randomBytes(n));

/** The registry by itself, on a real PostgreSQL with a real log and key store, and a clock that the test moves. */
export async function startTestRegistry(startsAt = '2026-11-22T12:00:00Z'): Promise<TestRegistry> {
  const keyStoreDir = await mkdtemp(path.join(tmpdir(), 'visavis-test-keys-'));
  const database = await startTestDatabase();
  const { pool, dataDir } = database;
  const signer = createLogSigner();
  const log = await openTransparencyLog({ pool, random, logKey: signer.logKey, signCheckpoint: async (request) => signer.sign(request), onFault: () => undefined });
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const { x, y } = await exportJWK(publicKey);
  let nowMs = Date.parse(startsAt);
  const reports: DocumentReport[] = [];
  const statusOf = (issuingState: string, documentNumber: string): DocumentStatus => reports.find((report) => report.issuingState === issuingState && report.documentNumber === documentNumber)?.status ?? 'notReported';
  const registry: TestRegistry = {
    pool,
    clock: () => nowMs,
    random,
    documentRegister: {
      status: (document) => Promise.resolve(statusOf(document.issuingState, document.documentNumber)),
      async *deceasedHolders() {
        for (const report of reports) if (report.status === 'holderDeceased') yield report;
      },
    },
    documentTagKey: random(32),
    personTagKey: random(32),
    keyStore: await openFileKeyStore(keyStoreDir, random),
    log,
    dataDir,
    keyStoreDir,
    operatorKey: privateKey,
    operatorPublicKey: { kty: 'EC', crv: 'P-256', x: x!, y: y! },
    logKey: signer.logKey,
    signReceipt: (claims) => signReceipt(claims, privateKey),
    report: (report) => void reports.push(report),
    moveTo(moment) {
      nowMs = Date.parse(moment);
    },
    async close() {
      await log.close();
      await database.stop();
      await rm(keyStoreDir, { recursive: true });
    },
  };
  if (!(await bindKeyStore(registry))) throw new Error('an empty database and an empty key store belong together');
  return registry;
}
