import { bindIdentity, createEnrolment, verdictClaims } from '@visavis/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ROW_CONTENTS } from './row-contents.ts';

type JsonSchema = z.core.JSONSchema.JSONSchema;
interface Leaf {
  readonly path: string;
  /** The longest it can be as JSON text. */
  readonly bytes: number;
}

/** Every place of a message where something can be written, with its length; throws where there is no limit. */
function leavesOf(schema: JsonSchema, path = ''): readonly Leaf[] {
  const unlimited = (why: string): never => {
    throw new Error(`${path || 'the whole'} is not limited: ${why}`);
  };
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) return either.flatMap((option) => leavesOf(option, path));
  if (schema.const !== undefined) return [{ path, bytes: JSON.stringify(schema.const).length }];
  if (schema.enum !== undefined) return [{ path, bytes: Math.max(...schema.enum.map((value) => JSON.stringify(value).length)) }];
  switch (schema.type) {
    case 'object':
      if (schema.additionalProperties !== false) return unlimited('anything may be added');
      return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => leavesOf(value as JsonSchema, path === '' ? name : `${path}.${name}`));
    case 'array':
      if (schema.maxItems === undefined) return unlimited('as many as one likes');
      return leavesOf(schema.items as JsonSchema, `${path}[]`).map((leaf) => ({ ...leaf, bytes: leaf.bytes * schema.maxItems! }));
    case 'integer':
    case 'number':
    case 'boolean':
      return [{ path, bytes: 24 }];
    case 'string':
      if (schema.maxLength !== undefined) return [{ path, bytes: schema.maxLength }];
      if (schema.format === 'date' || schema.format === 'date-time') return [{ path, bytes: 30 }];
      if (schema.pattern !== undefined && /^\^(\[[^\]]+\](\{\d+(,\d+)?\})?)+\$$/.test(schema.pattern)) return [{ path, bytes: [...schema.pattern.matchAll(/\{(?:\d+,)?(\d+)\}/g)].reduce((sum, match) => sum + Number(match[1]), 0) }];
      return unlimited('as long as one likes');
    case 'null':
    case undefined:
    default:
      return unlimited(`what is a ${String(schema.type)}?`);
  }
}

const limitsOf = (schema: z.ZodType) => leavesOf(z.toJSONSchema(schema, { io: 'input' }));
const pathsOf = (schema: z.ZodType): string[] => [...new Set(limitsOf(schema).map(({ path }) => path))];

/** Of 512 numbers of four bytes: what a face network makes of a face, as small as it gets before it is written as text. */
const SMALLEST_TEMPLATE_BYTES = 2048;

describe('what can be kept about a person', () => {
  it('is named here, place by place: none is for an image, a template or a score', () => {
    expect(Object.fromEntries(Object.entries(ROW_CONTENTS).map(([table, schema]) => [table, pathsOf(schema)]))).toEqual({
      identities: [
        'person.familyName', 'person.givenNames', 'person.dateOfBirth', 'person.sex', 'person.nationality',
        'document.type', 'document.issuingState', 'document.documentNumber', 'document.dateOfExpiry',
        'levelOfAssurance', 'pathway', 'policyVersion', 'createdAt', 'checkedAt', 'email',
      ],
      devices: ['credentialId', 'publicKey', 'transports[]', 'addedAt', 'name'],
      consents: ['textVersion', 'language', 'givenAt'],
      service_consents: ['clientId', 'claims[].name', 'claims[].agreed', 'claims[].essential', 'givenAt'],
      cases: ['clientId'],
      email_codes: ['address', 'code', 'goodUntil'],
      recoveries: ['levelOfAssurance', 'pathway', 'policyVersion', 'checkedAt'],
      shared_proofs: ['recipient', 'purpose', 'attributes[]'],
      shared_proof_boxes: ['box'],
      identity_log: ['nonce', 'text'],
    });
  });

  it('has no room for one either: no single place holds as much as the smallest template', () => {
    for (const [table, schema] of Object.entries(ROW_CONTENTS)) for (const { path, bytes } of limitsOf(schema)) expect([table, path, bytes < SMALLEST_TEMPLATE_BYTES]).toEqual([table, path, true]);
    // With names and punctuation of JSON below the 4,096 bytes that the database lets a row have.
    for (const schema of Object.values(ROW_CONTENTS)) expect(limitsOf(schema).reduce((sum, { path, bytes }) => sum + path.length + bytes + 8, 0)).toBeLessThan(3584);
  });

  it('this test finds a place that has no limit', () => {
    expect(() => limitsOf(z.strictObject({ a: z.strictObject({ note: z.string() }) }))).toThrow('a.note is not limited');
    expect(() => limitsOf(z.strictObject({ scores: z.array(z.number()) }))).toThrow('scores is not limited');
    expect(() => limitsOf(z.looseObject({}))).toThrow('the whole is not limited');
    expect(() => limitsOf(z.strictObject({ a: z.string().regex(/^[a-z]+$/) }))).toThrow('a is not limited');
  });
});

describe('what reaches the registry', () => {
  it('a verdict: printed identity and document, and checks by name and code, never by number', () => {
    const paths = pathsOf(verdictClaims);
    expect(paths.filter((path) => path.startsWith('checks'))).toEqual(['checks[].check', 'checks[].status', 'checks[].code', 'checks[].reason']);
    expect(paths.filter((path) => !path.startsWith('checks'))).toEqual([
      'enrolmentId', 'clientKeyThumbprint', 'consentId', 'pathway', 'policyVersion', 'iat', 'exp', 'outcome', 'levelOfAssurance',
      'person.familyName', 'person.givenNames', 'person.dateOfBirth', 'person.sex', 'person.nationality',
      'document.type', 'document.issuingState', 'document.documentNumber', 'document.dateOfExpiry', 'reasons[]',
    ]);
  });

  it('a request to begin, and one to bind: nothing but ids, a key, a consent and signed or WebAuthn messages', () => {
    expect(pathsOf(createEnrolment)).toEqual(['requestId', ...['kty', 'crv', 'x', 'y'].map((name) => `clientKey.${name}`), ...['faceProcessing', 'identityCreation', 'textVersion', 'language'].map((name) => `consent.${name}`)]);
    expect(Object.keys(bindIdentity.shape)).toEqual(['possession', 'verdict', 'boothCertificate', 'passkey', 'renewal']);
  });
});
