import { formatDate, texts } from './texts.ts';

/** A claim's name in plain words; an unknown one as the service asked for it, never hidden. */
export function claimLabel(name: string): string {
  return texts.claims[name] ?? name;
}

/** A claim's value as people read it. */
export function claimValue(value: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return formatDate(value);
  return texts.claimValues[value] ?? value;
}
