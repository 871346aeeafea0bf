import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseServices } from './parse-services.ts';
import { strictMount } from './strict/strict-mount.ts';

const honest = { clientId: 'tax-office', name: 'Tax', redirectUris: ['https://tax.example/cb'], purposes: ['taxes'], claims: ['given_name'] };
const ecKey = (use: 'sig' | 'enc') => ({ kty: 'EC', crv: 'P-256', x: 'x'.repeat(43), y: 'y'.repeat(43), kid: use, use });
const secret = 'a'.repeat(32);

const parse = (changes: object, demo = false) => parseServices([{ ...honest, ...changes }], [strictMount], demo);
const refusal = (changes: object, demo = false): string => {
  const parsed = parse(changes, demo);
  return parsed.ok ? 'accepted' : parsed.fault.join('\n');
};

describe('registered services', () => {
  it('a plain registration means the least: strict mount, public client, ES256, sector of its one host', () => {
    expect(parse({})).toEqual({
      ok: true,
      value: [{ ...honest, registrar: 'operator', mount: 'strict', sector: 'tax.example', authentication: { method: 'none' }, postLogoutRedirectUris: [], idTokenSigning: 'ES256' }],
    });
  });

  it.each([
    ['a secret', { clientSecret: secret }, { authentication: { method: 'client_secret_basic', clientSecret: secret } }],
    ['a secret in the body', { clientSecret: secret, tokenEndpointAuthMethod: 'client_secret_post' }, { authentication: { method: 'client_secret_post', clientSecret: secret } }],
    ['keys by value', { tokenEndpointAuthMethod: 'private_key_jwt', jwks: { keys: [ecKey('sig')] } }, { keys: { jwks: { keys: [ecKey('sig')] } } }],
    ['keys by address', { tokenEndpointAuthMethod: 'private_key_jwt', jwksUri: 'https://tax.example/jwks' }, { keys: { jwksUri: 'https://tax.example/jwks' } }],
    ['encryption', { jwks: { keys: [ecKey('enc')] }, idTokenEncryption: { alg: 'ECDH-ES', enc: 'A256GCM' } }, { idTokenEncryption: { alg: 'ECDH-ES', enc: 'A256GCM' } }],
    ['two hosts of one sector', { redirectUris: ['https://a.example/', 'https://b.example/'], sector: 'tax' }, { sector: 'tax' }],
    ['a developer\'s own machine', { redirectUris: ['http://localhost:3000/cb'] }, { sector: 'localhost:3000' }],
  ])('%s', (_name, changes, expected) => {
    expect(parse(changes)).toMatchObject({ ok: true, value: [expected] });
  });

  it.each([
    ['an unknown claim', { claims: ['portrait'] }, 'no such claim: portrait'],
    ['an unknown member', { isAdmin: true }, 'isAdmin'],
    ['no purpose', { purposes: [] }, 'purposes'],
    ['a wildcard', { redirectUris: ['https://*.tax.example/'] }, 'redirectUris'],
    ['a user name in front of the host', { redirectUris: ['https://tax.example@evil.example/'] }, 'redirectUris'],
    ['a port that is none', { redirectUris: ['http://127.0.0.1:80@evil.example/'] }, 'redirectUris'],
    ['dot segments', { redirectUris: ['https://tax.example/a/../cb'] }, 'redirectUris'],
    ['a fragment', { redirectUris: ['https://tax.example/cb#'] }, 'redirectUris'],
    ['plain http', { redirectUris: ['http://tax.example/cb'] }, 'https'],
    ['a script', { redirectUris: ['javascript:alert(1)'] }, 'redirectUris'],
    ['plain http after logout', { postLogoutRedirectUris: ['http://tax.example/'] }, 'https'],
    ['two hosts and no sector', { redirectUris: ['https://a.example/', 'https://b.example/'] }, 'several hosts need a sector'],
    ['a short secret', { clientSecret: 'short' }, 'clientSecret'],
    ['a secret that is not there', { tokenEndpointAuthMethod: 'client_secret_post' }, 'needs a clientSecret'],
    ['a secret beside a key', { tokenEndpointAuthMethod: 'private_key_jwt', jwks: { keys: [ecKey('sig')] }, clientSecret: secret }, 'no use for a clientSecret'],
    ['no key to prove itself by', { tokenEndpointAuthMethod: 'private_key_jwt' }, 'need jwks'],
    ['a key of another use', { tokenEndpointAuthMethod: 'private_key_jwt', jwks: { keys: [ecKey('enc')] } }, 'key for use sig'],
    ['a private key', { tokenEndpointAuthMethod: 'private_key_jwt', jwks: { keys: [{ ...ecKey('sig'), d: 'd' }] } }, '"d"'],
    ['a symmetric key', { tokenEndpointAuthMethod: 'private_key_jwt', jwks: { keys: [{ kty: 'oct', k: 'k', kid: '1', use: 'sig' }] } }, 'kty'],
    ['a short RSA key', { tokenEndpointAuthMethod: 'private_key_jwt', jwks: { keys: [{ kty: 'RSA', n: 'n'.repeat(171), e: 'AQAB', kid: '1', use: 'sig' }] } }, 'n'],
    ['keys twice', { tokenEndpointAuthMethod: 'private_key_jwt', jwks: { keys: [ecKey('sig')] }, jwksUri: 'https://tax.example/jwks' }, 'either jwks or jwksUri'],
    ['encryption without a key for it', { jwks: { keys: [ecKey('enc')] }, idTokenEncryption: { alg: 'RSA-OAEP-256', enc: 'A256GCM' } }, 'key of its kind'],
    ['RSA-OAEP with SHA-1', { jwks: { keys: [ecKey('enc')] }, idTokenEncryption: { alg: 'RSA-OAEP', enc: 'A256GCM' } }, 'RSA-OAEP-256 or ECDH-ES only'],
    ['RSA1_5', { jwks: { keys: [ecKey('enc')] }, idTokenEncryption: { alg: 'RSA1_5', enc: 'A256GCM' } }, 'alg'],
    ['a shared secret to sign with', { clientSecret: secret, idTokenSigning: 'HS256' }, 'ES256 only'],
    ['no signature', { idTokenSigning: 'none' }, 'idTokenSigning'],
    ['a mount that is not there', { mount: 'franceconnect' }, 'there is no mount franceconnect'],
  ])('%s is refused, and it is said why', (_name, changes, reason) => {
    expect(refusal(changes)).toContain(reason);
  });

  it.each(['http://tax.example/jwks', 'https://127.0.0.1/jwks', 'https://[::1]/jwks', 'https://10.0.0.1/jwks', 'https://localhost/jwks', 'https://2130706433/jwks', 'https://0x7f000001/jwks', 'https://metadata/jwks', 'file:///etc/passwd'])(
    'this server is sent nowhere near %s',
    (address) => {
      expect(refusal({ tokenEndpointAuthMethod: 'private_key_jwt', jwksUri: address })).toContain('jwksUri');
      expect(refusal({ backchannelLogoutUri: address })).toContain('backchannelLogoutUri');
    },
  );

  it('the demo may send it to its own machine, and nowhere else', () => {
    expect(refusal({ backchannelLogoutUri: 'http://localhost:3000/logout' }, true)).toBe('accepted');
    expect(refusal({ backchannelLogoutUri: 'http://10.0.0.1/logout' }, true)).toContain('backchannelLogoutUri');
    expect(refusal({ backchannelLogoutUri: 'http://localhost:3000/logout' })).toContain('backchannelLogoutUri');
  });

  it("the documentation's example is taken, and its table has every member", () => {
    const page = readFileSync(new URL('../../../docs/services.md', import.meta.url), 'utf8');
    const example: unknown = JSON.parse(/```json\n([^]*?)```/.exec(page)![1]!);
    const parsed = parseServices(example, [strictMount], false);
    expect(parsed).toMatchObject({ ok: true, value: [{ clientId: 'tax-office' }, { clientId: 'bank', keys: { jwksUri: 'https://bank.example/jwks' } }] });
    const [tax] = example as object[];
    const members = ['clientId', 'mount', 'name', 'purposes', 'sector', 'redirectUris', 'postLogoutRedirectUris', 'backchannelLogoutUri', 'tokenEndpointAuthMethod', 'clientSecret', 'jwks', 'jwksUri', 'idTokenSigning', 'userinfoSigning', 'idTokenEncryption', 'userinfoEncryption', 'claims'];
    for (const member of members) {
      expect(page).toContain(`\`${member}\``);
      // Known to the parser: it says of a wrong value what is wrong with it, not that nobody knows the member.
      const wrong = parseServices([{ ...tax, [member]: Symbol('wrong') }], [strictMount], false);
      expect(wrong.ok ? 'accepted' : wrong.fault.join()).toMatch(new RegExp(`at \\[0\\]\\.${member}`));
    }
  });

  it.each([
    ['a Cyrillic letter among Latin ones', 'Utopia T\u0430x Office', 'two alphabets'],
    ['a Greek one', 'Ut\u03bfpia Tax Office', 'two alphabets'],
    ['a blank without width', 'Utopia Tax\u200b Office', 'no invisible characters'],
    ['a turn of the line', 'Utopia \u202eeciffO xaT', 'no invisible characters'],
    ['a line break', 'Utopia Tax Office\nchecked', 'no invisible characters'],
    ['NUL', 'Utopia Tax Office\0', 'no invisible characters'],
    ['a soft hyphen', 'Utopia Tax Of\u00adfice', 'no invisible characters'],
    ['a filler that is drawn blank', 'Utopia Tax Office\u3164', 'no invisible characters'],
    ['half of a pair', 'Utopia \ud800', 'no invisible characters'],
    ['an accent of its own', 'Caisse e\u0301pargne', 'one way'],
    ['two blanks', 'Utopia  Tax Office', 'one blank'],
    ['a blank that does not break', 'Utopia\u00a0Tax Office', 'one blank'],
    ['a blank at the end', 'Utopia Tax Office ', 'one blank'],
  ])('a name with %s is not what citizens would see', (_name, written, why) => {
    for (const changes of [{ name: written }, { purposes: [written] }]) {
      const parsed = parse(changes);
      expect(parsed.ok ? '' : parsed.fault.join()).toContain(why);
    }
  });

  it.each(["Caisse d'Épargne – n° 1", 'Δημόσια Υπηρεσία', 'Налоговая служба', 'Ελληνική Bank', '税務署', 'מס הכנסה', 'ضرائب', 'Ünïcödé & Söhne (GmbH) 24/7'])('%s is a name', (name) => {
    expect(parse({ name })).toMatchObject({ ok: true, value: [{ name }] });
  });

  it('two services of one name stop the start', () => {
    const parsed = parseServices([honest, honest], [strictMount], false);
    expect(parsed).toEqual({ ok: false, fault: ['tax-office: two services with one clientId'] });
  });
});
