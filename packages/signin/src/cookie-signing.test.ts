import { expect, it } from 'vitest';
import { cookieSigning } from './cookie-signing.ts';

it('knows what it signed, also by a key that was replaced since; nothing else', () => {
  const [old, renewed] = [cookieSigning(['one']), cookieSigning(['two', 'one'])];
  const signature = old.sign('name=value');
  expect([old.index('name=value', signature), renewed.index('name=value', signature), renewed.index('name=value', renewed.sign('name=value'))]).toEqual([0, 1, 0]);
  for (const [data, sent] of [['name=other', signature], ['name=value', `${signature.slice(0, -1)}A`], ['name=value', signature.slice(0, -1)], ['name=value', `${signature}=`], ['name=value', '']] as const) expect([sent, renewed.verify(data, sent)]).toEqual([sent, false]);
  expect(cookieSigning(['two']).index('name=value', signature)).toBe(-1);
});
