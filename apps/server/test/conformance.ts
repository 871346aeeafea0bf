import { expect, it } from 'vitest';
import { OIDC_PLANS } from './oidc-modules.ts';

/** Tests named after the modules of some plans: none is forgotten, and none is there that the list does not know. */
export function conformanceTo(...plans: readonly string[]) {
  const modules = plans.flatMap((plan) => OIDC_PLANS[plan] ?? []);
  const tested: string[] = [];
  const add = (name: string, applies: boolean, test: () => Promise<void>, timeoutMs?: number): void => {
    tested.push(name);
    const listed = modules.find((module) => module.name === name);
    it(name, async () => {
      expect(listed, 'it is in the list').toBeDefined();
      expect(listed?.notApplicable === undefined, 'it applies as the list says').toBe(applies);
      await test();
    }, timeoutMs);
  };
  return {
    module: (name: string, test: () => Promise<void>, timeoutMs?: number) => add(name, true, test, timeoutMs),
    /** Shows what is answered instead. */
    notApplicable: (name: string, test: () => Promise<void>) => add(name, false, test),
    allTested: () => it('every module has its test', () => expect(tested).toEqual(modules.map(({ name }) => name))),
  };
}
