import { type TrustStore, verifyPassiveAuthentication } from '@visavis/emrtd';
import type { Passport } from '@visavis/specimen';
import { percentile } from '../percentile.ts';
import { bareCrypto } from './bare-crypto.ts';

/** Both are measured in turns of so long, so that a machine that is busy for a while is so for both. */
const TURN_MS = 60;
const WARM_UP_TURNS = 3;

export interface PassiveAuthenticationSpeed {
  readonly perSecond: number;
  /** What passive authentication reaches of the speed of the `node:crypto` calls that it cannot do without. */
  readonly ratioToBareCrypto: number;
}

/** On one core: this thread. @param turns of each; the median counts */
export function measurePassiveAuthentication(o: { readonly passport: Passport; readonly csca: Uint8Array; readonly trustStore: TrustStore; readonly atMs: number; readonly turns: number }): PassiveAuthenticationSpeed {
  const { files } = o.passport;
  const dataGroups = new Map<number, Uint8Array>([[1, files.dg1], [2, files.dg2]]);
  if (files.dg14 !== undefined) dataGroups.set(14, files.dg14);
  if (files.dg15 !== undefined) dataGroups.set(15, files.dg15);
  const bare = bareCrypto({ efSod: files.sod, dataGroups: [...dataGroups.values()], csca: o.csca });
  const whole = (): boolean => verifyPassiveAuthentication({ efSod: files.sod, dataGroups, trustStore: o.trustStore, atMs: o.atMs }).checks.every(({ status }) => status === 'pass');
  const ratios: number[] = [];
  const rates: number[] = [];
  for (let turn = 0; turn < o.turns + WARM_UP_TURNS; turn++) {
    const [wholeRate, bareRate] = [rate(whole), rate(() => bare.run())];
    if (turn < WARM_UP_TURNS) continue;
    rates.push(wholeRate);
    ratios.push(wholeRate / bareRate);
  }
  return { perSecond: Math.round(percentile(rates, 50)), ratioToBareCrypto: Number(percentile(ratios, 50).toFixed(3)) };
}

function rate(verified: () => boolean): number {
  const startedMs = performance.now();
  let count = 0;
  let spentMs = 0;
  do {
    if (!verified()) throw new Error('what is measured must verify');
    count++;
    spentMs = performance.now() - startedMs;
  } while (spentMs < TURN_MS);
  return (count / spentMs) * 1000;
}
