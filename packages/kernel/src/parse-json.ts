/** In JSON that parses: each text, with the colon that makes it a name, and each bracket. */
const TEXTS_AND_BRACKETS = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g;

/**
 * Parses JSON that means the same to everybody: parsers disagree about which of two members of one name counts, so a
 * text with two is none (RFC 8259 §4, RFC 7493 §2.3).
 * @throws SyntaxError, without a word of the text
 */
export function parseJson(text: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new SyntaxError('not JSON');
  }
  const open: (Set<string> | undefined)[] = [];
  for (const [token, name, colon] of text.matchAll(TEXTS_AND_BRACKETS)) {
    if (token === '{' || token === '[') open.push(token === '{' ? new Set() : undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const members = open.at(-1)!;
      // `a` may be spelt `\u0061`.
      const spelt = String(JSON.parse(name!));
      if (members.has(spelt)) throw new SyntaxError('two members of one name');
      members.add(spelt);
    }
  }
  return parsed;
}
