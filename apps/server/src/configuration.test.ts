import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { signTrustStore } from '@visavis/contract';
import { strictMount } from '@visavis/signin';
import { createSpecimenState } from '@visavis/specimen';
import { describe, expect, it } from 'vitest';
import { readConfiguration } from './configuration.ts';
import { readServices, readTrustAnchors } from './read-input-files.ts';
import { securityHeaders } from './security-headers.ts';

describe('the server configuration', () => {
  it('has safe defaults', () => {
    expect(readConfiguration({ PATH: '/usr/bin' }, false)).toMatchObject({ mode: 'production', host: '127.0.0.1', origin: 'http://localhost:8080', trustAnchorsFile: undefined, servicesFile: undefined });
  });

  const refused: readonly [string, Record<string, string>, string][] = [
    ['an unknown key', { VISAVIS_MOOD: 'good' }, 'VISAVIS_MOOD'],
    ['an ill-formed port', { VISAVIS_PORT: '8080x' }, 'VISAVIS_PORT'],
    ['an origin that is no address', { VISAVIS_ORIGIN: 'id.example' }, 'VISAVIS_ORIGIN'],
    ['an empty origin', { VISAVIS_ORIGIN: '' }, 'VISAVIS_ORIGIN'],
    ['a made-up state that is no address', { VISAVIS_MODE: 'demo', VISAVIS_SPECIMEN_STATE_URL: 'specimen' }, 'VISAVIS_SPECIMEN_STATE_URL'],
    ['a proxy that is no address', { VISAVIS_TRUSTED_PROXIES: '10.0.0.0/8, anybody' }, 'VISAVIS_TRUSTED_PROXIES'],
    ['an origin with a path', { VISAVIS_ORIGIN: 'https://id.example/' }, 'VISAVIS_ORIGIN'],
    ['plain http away from localhost', { VISAVIS_ORIGIN: 'http://id.example' }, 'VISAVIS_ORIGIN'],
    ['a folder for a signer that runs elsewhere', { VISAVIS_SIGNER_SOCKET: '/run/signer', VISAVIS_SIGNER_DIR: '/keys' }, 'VISAVIS_SIGNER_DIR'],
    ['a log name with a space', { VISAVIS_LOG_ORIGIN: 'id.example log' }, 'VISAVIS_LOG_ORIGIN'],
    ['a made-up state outside the demo', { VISAVIS_SPECIMEN_STATE_URL: 'http://localhost:8090' }, 'VISAVIS_MODE=demo'],
    ['a contact that opens a line of its own', { VISAVIS_SECURITY_CONTACT: 'mailto:security@id.example\nContact: mailto:evil@example.com' }, 'VISAVIS_SECURITY_CONTACT'],
    ['a civil registry that anybody on the way can read', { VISAVIS_CIVIL_REGISTRY_URL: 'http://registry.example' }, 'VISAVIS_CIVIL_REGISTRY_URL'],
  ];
  for (const [name, environment, named] of refused) it(`refuses ${name} and names it`, () => expect(() => readConfiguration(environment, false)).toThrow(named));

  it('asks a civil registry by https, or on this machine', () => {
    for (const url of ['https://registry.example', 'http://localhost:8090']) expect(readConfiguration({ VISAVIS_CIVIL_REGISTRY_URL: url }, false).civilRegistryUrl).toBe(url);
  });

  it('trusts no proxy but those that are named', () => {
    expect(readConfiguration({}, false).trustedProxies).toEqual([]);
    expect(readConfiguration({ VISAVIS_TRUSTED_PROXIES: '10.0.0.0/8, ::1' }, false).trustedProxies).toEqual(['10.0.0.0/8', '::1']);
  });

  it('looks for the networks where setup writes them', () => {
    expect([readConfiguration({}, false).faceDir, readConfiguration({ VISAVIS_FACE_DIR: '/etc/visavis/face' }, false).faceDir]).toEqual([undefined, '/etc/visavis/face']);
    expect(readConfiguration({ VISAVIS_STATE_DIR: '/home/a/visavis' }, false).modelsDir).toBe(path.resolve(import.meta.dirname, '../../../.state/models'));
  });

  it('keeps the database of root where another user can enter', () => {
    expect(readConfiguration({ VISAVIS_STATE_DIR: '/root/visavis' }, true).postgresDir).toMatch(/^\/var\/tmp\/visavis-pg-data-/);
    expect(readConfiguration({ VISAVIS_STATE_DIR: '/home/a/visavis' }, false).postgresDir).toBe('/home/a/visavis/postgres');
  });
});

describe('input files', () => {
  it('a made-up state is refused in production and accepted in the demo; two services can not share an id', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'visavis-files-'));
    try {
      const trustAnchorsFile = path.join(folder, 'anchors.json');
      await writeFile(trustAnchorsFile, JSON.stringify({ specimen: true, cscaCertificates: [], crls: [] }));
      await expect(readTrustAnchors({ mode: 'production', trustAnchorsFile, trustStoreKeyFile: undefined })).rejects.toThrow('VISAVIS_MODE=demo');
      expect((await readTrustAnchors({ mode: 'demo', trustAnchorsFile, trustStoreKeyFile: undefined })).specimen).toBe(true);
      const madeUp = createSpecimenState({ seed: 'a test', nowMs: Date.parse('2026-11-22T12:00:00Z') }).trustAnchors.cscaCertificates.map((certificate) => Buffer.from(certificate));
      const unmarked = (certificates: readonly Buffer[]) => writeFile(trustAnchorsFile, JSON.stringify({ specimen: false, cscaCertificates: certificates.map((certificate) => certificate.toString('base64')), crls: [] }));
      await unmarked(madeUp);
      await expect(readTrustAnchors({ mode: 'production', trustAnchorsFile, trustStoreKeyFile: undefined })).rejects.toThrow('VISAVIS_MODE=demo');
      // Honest twin: the same certificates of a state that exists.
      await unmarked(madeUp.map((certificate) => Buffer.from(certificate.toString('latin1').replaceAll('\u0002UT', '\u0002FR'), 'latin1')));
      expect((await readTrustAnchors({ mode: 'production', trustAnchorsFile, trustStoreKeyFile: undefined })).cscaCertificates).toHaveLength(madeUp.length);
      const operator = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
      const trustStoreKeyFile = path.join(folder, 'operator.pem');
      await writeFile(trustStoreKeyFile, operator.publicKey.export({ format: 'pem', type: 'spki' }));
      await expect(readTrustAnchors({ mode: 'production', trustAnchorsFile, trustStoreKeyFile })).rejects.toThrow('START_TRUST_STORE_INVALID');
      const signingKey = await crypto.subtle.importKey('jwk', operator.privateKey.export({ format: 'jwk' }), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
      const [from, at] = [0, '2026-11-22T12:00:00.000Z'];
      const entry = { from, role: 'root' as const, status: 'trusted' as const, notes: [] };
      const store = await signTrustStore({ format: 'visavis-trust-store/1', version: 1, imports: [{ at, by: 'a test', kind: 'certificate', file: 'a', sha256: '0'.repeat(64), acceptedLinks: false }], certificates: [{ ...entry, der: 'AAAA', use: 'anchor' }, { ...entry, der: 'AAAB', role: 'link' as const, use: 'newKey' }], crls: [], deviationLists: [] }, signingKey);
      await writeFile(trustAnchorsFile, store);
      expect(await readTrustAnchors({ mode: 'production', trustAnchorsFile, trustStoreKeyFile })).toEqual({ specimen: false, cscaCertificates: ['AAAA'], crls: [] });
      for (const changed of [store.replace('AAAA', 'AAAC'), store.replace('"newKey"', '"anchor"'), store.replace('{', '{ '), store.replace('a test', 'a ghost')]) {
        await writeFile(trustAnchorsFile, changed);
        await expect(readTrustAnchors({ mode: 'production', trustAnchorsFile, trustStoreKeyFile })).rejects.toThrow('START_TRUST_STORE_INVALID');
      }
      const servicesFile = path.join(folder, 'services.json');
      const service = { clientId: 'tax-office', name: 'Tax', redirectUris: ['https://tax.example/cb'], purposes: ['taxes'], claims: ['given_name'] };
      const read = async (services: unknown) => {
        await writeFile(servicesFile, JSON.stringify(services));
        return readServices({ servicesFile, mode: 'production' }, [strictMount]);
      };
      await expect(read([{ ...service, claims: ['portrait'] }])).rejects.toThrow(/START_SERVICES_REFUSED[^]*tax-office: no such claim: portrait/);
      expect(await read([service])).toMatchObject([{ clientId: 'tax-office', mount: 'strict', sector: 'tax.example', authentication: { method: 'none' } }]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('security headers', () => {
  it('name the made-up state only where it is configured', () => {
    expect(securityHeaders({ origin: 'https://id.example', specimenStateUrl: undefined })['content-security-policy']).toContain("connect-src 'self' wss://id.example;");
    expect(securityHeaders({ origin: 'http://localhost:8080', specimenStateUrl: 'http://localhost:8090' })['content-security-policy']).toContain('http://localhost:8090 ws://localhost:8090;');
  });

  it("keys of identities never lie in the database's folder", () => {
    expect(readConfiguration({ VISAVIS_STATE_DIR: '/home/a/visavis' }, false).keyStoreDir).toBe('/home/a/visavis/identity-keys');
    expect(readConfiguration({ VISAVIS_POSTGRES_DIR: '/srv/pg', VISAVIS_KEYSTORE_DIR: '/srv/pg-keys' }, false).keyStoreDir).toBe('/srv/pg-keys');
    for (const inside of ['/srv/pg', '/srv/pg/keys', '/srv/x/../pg/keys']) expect(() => readConfiguration({ VISAVIS_POSTGRES_DIR: '/srv/pg', VISAVIS_KEYSTORE_DIR: inside }, false)).toThrow("must not lie in the database's folder");
  });
});
