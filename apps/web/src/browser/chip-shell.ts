import type { ChipShell } from '@visavis/client';

/** What a native shell injects before the page's own code runs; docs/native-bridge.md. */
const NAME = 'visavisChip';

/** The shell around this page, when there is one that can read a chip. Who made it, a page can't know. */
export function chipShell(): ChipShell | undefined {
  const { [NAME]: injected } = window as unknown as Readonly<Record<string, Partial<ChipShell> | undefined>>;
  const can = (verb: keyof ChipShell): boolean => typeof injected?.[verb] === 'function';
  return can('postMessage') && can('addEventListener') && can('removeEventListener') ? (injected as ChipShell) : undefined;
}
