import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './parse-json.ts';

describe('JSON', () => {
  it.each(['{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '[{"b":{"a":1 , "a" :2}}]', '{"":1,"":1}', '{"a":{"x":1},"b":[],"a":{}}'])('%s has two members of one name', (text) => {
    expect(() => parseJson(text)).toThrow('two members of one name');
  });

  it.each(['{"a":1', '', '{a:1}', '{"a":"\u0000"}'])('%j is none, and is not quoted', (text) => {
    expect(() => parseJson(text)).toThrow(/^not JSON$/);
  });

  it('one name in two objects, in texts and as a value is one each', () => {
    for (const text of ['{"a":{"a":1}}', '[{"a":1},{"a":1}]', '{"a":"a","b":"{\\"a\\":1,\\"a\\":2}"}', '["a","a"]', '{"a\\"":1,"a":2}', '{"a\\\\":1,"a":2}']) expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it('whatever was written by JSON.stringify is read as by JSON.parse', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 3), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(parseJson(text)).toEqual(JSON.parse(text));
    }));
  });
});
