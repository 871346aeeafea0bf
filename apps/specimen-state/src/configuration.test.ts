import { describe, expect, it } from 'vitest';
import { readConfiguration } from './configuration.ts';

describe('readConfiguration', () => {
  it('has safe defaults and takes what is set', () => {
    expect(readConfiguration({ PATH: '/bin' }, [])).toMatchObject({ host: '127.0.0.1', port: 8090, siteOrigins: ['http://localhost:8080'], maxPassports: 1000 });
    expect(readConfiguration({ SPECIMEN_STATE_PORT: '0', SPECIMEN_STATE_SITE_ORIGINS: 'http://localhost:1, http://localhost:2', SPECIMEN_STATE_PASSPORT_LIFETIME_MINUTES: '1' }, [])).toMatchObject({
      port: 0,
      siteOrigins: ['http://localhost:1', 'http://localhost:2'],
      passportLifetimeMs: 60_000,
    });
  });

  it('refuses unknown keys, ill-formed values and arguments', () => {
    for (const [environment, argv] of [
      [{ SPECIMEN_STATE_PROT: '1' }, []],
      [{ SPECIMEN_STATE_PORT: 'x' }, []],
      [{ SPECIMEN_STATE_SITE_ORIGINS: 'http://localhost:8080/' }, []],
      [{ SPECIMEN_STATE_SITE_ORIGINS: '*' }, []],
      [{}, ['--port=1']],
    ] as const) {
      expect(() => readConfiguration(environment, argv)).toThrow('configuration refused');
    }
  });
});
