/** Contents of an OBJECT IDENTIFIER from dotted form (X.690 §8.19). */
export function encodeOid(oid: string): Uint8Array {
  const [first, second, ...rest] = oid.split('.').map(Number) as [number, number, ...number[]];
  const out: number[] = [];
  for (const arc of [40 * first + second, ...rest]) {
    const digits = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift(0x80 | (left & 0x7f));
    out.push(...digits);
  }
  return Uint8Array.from(out);
}
