import { createHmac, createSecretKey, hkdfSync } from 'node:crypto';

/** One row per service, and no saying which service without the identity's key. */
export const serviceTag = (dataKey: Uint8Array, clientId: string): string => createHmac('sha256', createSecretKey(Buffer.from(hkdfSync('sha256', createSecretKey(dataKey), '', 'visavis service tag v1', 32)))).update(clientId).digest('base64url');
