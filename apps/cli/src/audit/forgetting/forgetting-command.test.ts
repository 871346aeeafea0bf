import { afterEach, expect, it, vi } from 'vitest';
import { forgettingCommand } from './forgetting-command.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it.each([['--enrolments', '0'], ['--enrolments', 'many'], ['--enrolments', '2.5'], ['--server', 'yours'], ['--server', '-1'], ['--at-once', '0'], ['--seed', 'x'], ['--what'], ['more']])('says how to ask when asked %s %s', async (...args) => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(await forgettingCommand.run(args)).toBe(2);
  expect(said).toHaveBeenCalledWith(expect.stringContaining('audit forgetting [--enrolments N]'));
});
