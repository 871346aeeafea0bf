import { expect, it, vi } from 'vitest';

it('no schema is made from a string of code; with zod left to itself one would be', async () => {
  const made: unknown[] = [];
  vi.stubGlobal(
    'Function',
    new Proxy(Function, {
      construct(target, source) {
        made.push(source);
        return Reflect.construct(target, source) as object;
      },
    }),
  );
  const { hello } = await import('./index.ts');
  hello.safeParse({});
  expect(made).toEqual([]);
  const { config, z } = await import('zod');
  config({ jitless: false });
  z.object({ n: z.int() }).safeParse({ n: 1 });
  expect(made.length).toBeGreaterThan(0);
  vi.unstubAllGlobals();
  config({ jitless: true });
});
