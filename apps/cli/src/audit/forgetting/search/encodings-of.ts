/**
 * A byte string as programs write it down besides as it is: hexadecimal in either case, and base64 and base64url at
 * each of the three places where it may stand within a longer encoded text. The characters at the ends that its
 * neighbours decide too are left out.
 */
export function encodingsOf(bytes: Uint8Array): Uint8Array[] {
  const hex = Buffer.from(bytes).toString('hex');
  const texts = new Set([hex, hex.toUpperCase()]);
  for (const before of [0, 1, 2]) {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor((padded.length * 8) / 6);
    for (const encoding of ['base64', 'base64url'] as const) texts.add(padded.toString(encoding).slice(from, to));
  }
  return [...texts].map((text) => new Uint8Array(Buffer.from(text, 'latin1')));
}
