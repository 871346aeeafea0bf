import { alreadyConsumed } from '@visavis/signin';
import { type Adapter, type AdapterFactory, type AdapterPayload, errors } from 'oidc-provider';

/** A developer's test run; the oldest go when a flood comes. */
const MAX_RECORDS = 50_000;

interface Kept {
  readonly payload: AdapterPayload;
  readonly endsAtS: number;
}

/** The provider's records in this process's memory, with the rules of the real ones: what is good once is good once, and a replay kills its grant. */
export function memoryAdapter(nowS: () => number): AdapterFactory {
  const records = new Map<string, Kept>();
  const read = (key: string): AdapterPayload | undefined => {
    const kept = records.get(key);
    return kept !== undefined && kept.endsAtS > nowS() ? kept.payload : undefined;
  };
  const revoke = (grantId: string): void => {
    for (const [key, { payload }] of records) if (key === `Grant ${grantId}` || (payload.grantId === grantId && payload.kind !== 'AuthorizationCode')) records.delete(key);
  };
  return (model): Adapter => {
    const keyOf = (id: string): string => `${model} ${id}`;
    return {
      upsert(id, payload, expiresIn) {
        if (model === 'ReplayDetection' && read(keyOf(id)) !== undefined) return Promise.reject(new errors.InvalidClientAuth('client assertion tokens must only be used once'));
        records.set(keyOf(id), { payload, endsAtS: nowS() + (expiresIn ?? 0) });
        const [oldest] = records.keys();
        if (records.size > MAX_RECORDS && oldest !== undefined) records.delete(oldest);
        return Promise.resolve();
      },
      find: (id) => Promise.resolve(read(keyOf(id))),
      findByUid: (uid) => Promise.resolve([...records.entries()].find(([key, { payload }]) => key.startsWith(`${model} `) && payload.uid === uid)?.[1].payload),
      findByUserCode: () => Promise.reject(new Error('the device flow is not offered')),
      consume(id) {
        const payload = read(keyOf(id));
        if (payload === undefined || payload.consumed !== undefined) {
          if (payload?.grantId !== undefined) revoke(payload.grantId);
          return Promise.reject(alreadyConsumed(model));
        }
        payload.consumed = nowS();
        return Promise.resolve();
      },
      destroy(id) {
        records.delete(keyOf(id));
        return Promise.resolve();
      },
      revokeByGrantId(grantId) {
        revoke(grantId);
        return Promise.resolve();
      },
    };
  };
}
