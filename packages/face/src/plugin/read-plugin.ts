import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { err, ok, type Result } from '@visavis/kernel';
import type { z } from 'zod';
import { type FaceFaultCode, faceFaults } from '../faults.ts';
import { readJsonFile } from './read-json-file.ts';

/** Larger networks than any that fits a face cell's memory. */
const MAX_NETWORK_BYTES = 512 * 1024 * 1024;
const MAX_MANIFEST_BYTES = 64 * 1024;

/** By what each kind of network is refused. */
export interface PluginCodes {
  readonly manifestInvalid: FaceFaultCode;
  readonly fileAltered: FaceFaultCode;
  readonly unusable: FaceFaultCode;
}

/** What a manifest file says; says nothing of the network beside it. */
export async function readManifest<M>(manifestFile: string, schema: z.ZodType<M>, codes: PluginCodes): Promise<Result<M>> {
  const parsed = schema.safeParse(await readJsonFile(manifestFile, MAX_MANIFEST_BYTES));
  return parsed.success ? ok(parsed.data) : err(faceFaults.fault(codes.manifestInvalid, { where: parsed.error.issues[0]?.path.join('.') ?? '' }));
}

/** The network's bytes, which are the ones that the manifest names: what is hashed is what is loaded. */
export async function readNetwork(manifestFile: string, manifest: { readonly file: string; readonly sha256: string }, codes: PluginCodes): Promise<Result<Uint8Array>> {
  const bytes = await readFile(path.join(path.dirname(manifestFile), manifest.file)).catch(() => undefined);
  if (bytes === undefined || bytes.length > MAX_NETWORK_BYTES) return err(faceFaults.fault(codes.unusable, { where: 'file' }));
  if (createHash('sha256').update(bytes).digest('hex') !== manifest.sha256) return err(faceFaults.fault(codes.fileAltered));
  return ok(bytes);
}

/** Whether anything has this name: what cannot be looked at is there, and is refused when it is read. */
export async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (missing) {
    return (missing as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}
