import path from 'node:path';
import { z } from 'zod';

/** Every setting of the signer, by its environment variable. A `VISAVIS_SIGNER_*` key that is not here refuses to start. */
const environmentSchema = z.strictObject({
  /** Where the two private keys and the last signed state of the log lie. Only this process reads it. */
  VISAVIS_SIGNER_DIR: z.string().min(1),
  /** The Unix socket to listen on, in a folder of its own. A path of more than 107 bytes is none. */
  VISAVIS_SIGNER_SOCKET: z.string().min(1).max(107),
  /** The log's name for ever, such as `id.example.org/log`; used when its key is made, and never again. */
  VISAVIS_SIGNER_LOG_ORIGIN: z.string().min(1).max(255).regex(/^[^\s+]+$/),
  /** An operator key of an earlier version, taken over and removed there when there is none here yet. */
  VISAVIS_SIGNER_ADOPT_OPERATOR_KEY: z.string().min(1).optional(),
  /** Number of the group whose members may connect, when the server runs as another user than the signer: as it should. */
  VISAVIS_SIGNER_SOCKET_GROUP: z.coerce.number().int().min(0).max(2 ** 31).optional(),
});

export interface SignerConfiguration {
  readonly dir: string;
  readonly socketPath: string;
  readonly logOrigin: string;
  readonly adoptOperatorKey: string | undefined;
  readonly socketGroup: number | undefined;
}

/** Reads the signer's settings once. Throws, naming the setting. @param environment keys of other programs are ignored */
export function readConfiguration(environment: Readonly<Record<string, string | undefined>>): SignerConfiguration {
  const parsed = environmentSchema.safeParse(Object.fromEntries(Object.entries(environment).filter(([key, value]) => value !== undefined && key.startsWith('VISAVIS_SIGNER_'))));
  if (!parsed.success) throw new Error(`configuration refused:\n${z.prettifyError(parsed.error)}`);
  const settings = parsed.data;
  return {
    dir: path.resolve(settings.VISAVIS_SIGNER_DIR),
    socketPath: settings.VISAVIS_SIGNER_SOCKET,
    logOrigin: settings.VISAVIS_SIGNER_LOG_ORIGIN,
    adoptOperatorKey: settings.VISAVIS_SIGNER_ADOPT_OPERATOR_KEY,
    socketGroup: settings.VISAVIS_SIGNER_SOCKET_GROUP,
  };
}
