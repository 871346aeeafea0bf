/** An index or a size as C2SP writes it: ASCII digits without leading zeros, exact as a number here; undefined otherwise. */
export function fromDecimal(text: string): number | undefined {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
