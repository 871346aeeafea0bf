import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emailAddress } from './email-address.ts';

const parse = (text: string): string | undefined => emailAddress.safeParse(text).data;

describe('an e-mail address', () => {
  it('is taken as people have it, and its domain is in small letters', () => {
    expect(parse('Ada.Lovelace+id@Example.ORG')).toBe('Ada.Lovelace+id@example.org');
    expect(parse("o'brien_2@mail.xn--bcher-kva.example")).toBe("o'brien_2@mail.xn--bcher-kva.example");
    expect(parse(`${'a'.repeat(64)}@example.org`)).toBeDefined();
  });

  const tricks = [
    'fs0c131y@protonmail.com@presidence@elysee.fr',
    'a@evil.example,b@elysee.fr',
    'a@elysee.fr\n',
    'a@elysee.fr\r\nBcc: b@evil.example',
    'a@elysee.fr\0.evil.example',
    '"a@evil.example"@elysee.fr',
    'a@evil.example(@elysee.fr)',
    '<a@evil.example>',
    'Ada <a@elysee.fr>',
    'a@[127.0.0.1]',
    'a@localhost',
    'a@127.0.0.1',
    'a@elysée.fr',
    'а@elysee.fr',
    'a@elysee.fr@',
    '@elysee.fr',
    'a@',
    'a@.fr',
    'a@elysee..fr',
    'a@-elysee.fr',
    'a@elysee-.fr',
    'a@elysee.fr.',
    '.a@elysee.fr',
    'a.@elysee.fr',
    'a..b@elysee.fr',
    ' a@elysee.fr',
    'a b@elysee.fr',
    'a%evil.example@elysee.fr ',
    'a@elysee.f',
    `${'a'.repeat(65)}@elysee.fr`,
    `a@${'b.'.repeat(127)}fr`,
    'a@elysee\u3002fr',
    'a@elysee.fr;b@evil.example',
    '=?utf-8?q?a=40evil.example?=@elysee.fr(',
    '',
  ];
  for (const trick of tricks) it(`is none: ${JSON.stringify(trick.slice(0, 60))}`, () => expect(parse(trick)).toBeUndefined());

  const pieces = fc.constantFrom('@', '.', '..', '"', '(', ')', '<', '>', ',', ';', ':', '\\', '[', ']', ' ', '\t', '\r\n', '\0', 'a', 'Z', '9', '-', '+', 'é', 'а', '\u202e', 'elysee.fr', 'evil.example', '=?', '%');
  it('that is taken has one @, printable ASCII only, and is the same when parsed again', () => {
    const texts = fc.oneof(fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')), fc.string({ maxLength: 40 }), fc.emailAddress(), fc.tuple(fc.array(pieces, { maxLength: 4 }), fc.array(pieces, { maxLength: 4 })).map(([a, b]) => `${a.join('')}@${b.join('')}.fr`));
    let taken = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const address = parse(text);
        if (address === undefined) return;
        taken += 1;
        expect(address).toMatch(/^[!-?A-~]+@[a-z0-9.-]+\.[a-z][a-z0-9-]*[a-z0-9]$/);
        expect(address.toLowerCase()).toBe(text.toLowerCase());
        expect(address).not.toMatch(/["(),:;<>[\\\]]/);
        expect(parse(address)).toBe(address);
      }),
      { numRuns: 5000 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});
