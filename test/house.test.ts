import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync, mkdirSync, cpSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { attacksPage } from '../script/pages/attacks-page.ts';
import { citedClauses, readSource } from '../script/pages/cited-clauses.ts';
import { allFaults, errorsPage } from '../script/pages/errors-page.ts';
import { faceAttacksPage } from '../script/pages/face-attacks-page.ts';
import { modelsPage } from '../script/pages/models-page.ts';
import { recognitionPage, recognitionPlots } from '../script/pages/recognition-page.ts';
import { signInAttacksPage } from '../script/pages/sign-in-attacks-page.ts';
import { standardsPage } from '../script/pages/standards-page.ts';
import { modelCatalogue } from '../packages/face/src/models/model-catalogue.ts';

const root = join(import.meta.dirname, '..');

describe('boundaries between rooms', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'visavis-boundaries-'));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  /** A copy of the rules over a tree of two tiny rooms, one of which holds the planted file. */
  function cruise(name: string, files: Readonly<Record<string, string>>): { readonly status: number | null; readonly output: string } {
    const tree = join(scratch, name);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(tree, path, '..'), { recursive: true });
      writeFileSync(join(tree, path), content);
    }
    for (const config of ['.dependency-cruiser.json', 'tsconfig.json', 'package.json']) cpSync(join(root, config), join(tree, config));
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
    const run = spawnSync(join(root, 'node_modules/.bin/depcruise'), ['--config', '.dependency-cruiser.json', 'packages'], { cwd: tree, encoding: 'utf8' });
    return { status: run.status, output: run.stdout + run.stderr };
  }

  const face = { 'packages/face/src/compare.ts': 'export const compare = (): number => 1;\n' };

  it('refuses a registry that imports the face', () => {
    const planted = cruise('planted', { ...face, 'packages/registry/src/spy.ts': "import { compare } from '../../face/src/compare.ts';\nexport const spy = compare();\n" });
    expect(planted.output).toContain('registry-never-knows-a-face');
    expect(planted.status).not.toBe(0);
  });

  it('refuses an import that is there for its type only', () => {
    const planted = cruise('planted-type', { 'packages/face/src/face.ts': 'export interface Face { readonly pixels: Uint8Array }\n', 'packages/registry/src/spy.ts': "import type { Face } from '../../face/src/face.ts';\nexport type Row = Face;\n" });
    expect(planted.output).toContain('registry-never-knows-a-face');
    expect(planted.status).not.toBe(0);
  });

  it('lets the honest twin pass', () => {
    const honest = cruise('honest', { ...face, 'packages/registry/src/identity.ts': 'export const identity = 1;\n' });
    expect(honest.output).toContain('no dependency violations found');
    expect(honest.status).toBe(0);
  });
});

describe('face networks', () => {
  const page = readFileSync(join(root, 'docs/models.md'), 'utf8');

  it('docs/models.md says what the catalogue says', () => {
    expect(page).toBe(modelsPage());
  });

  it('docs/recognition.md, its plots and docs/attacks-face.md say what the evidence says', () => {
    expect(readFileSync(join(root, 'docs/recognition.md'), 'utf8')).toBe(recognitionPage());
    expect(readFileSync(join(root, 'docs/attacks-face.md'), 'utf8')).toBe(faceAttacksPage());
    for (const [path, picture] of recognitionPlots()) expect(readFileSync(join(root, path), 'utf8'), path).toBe(picture);
  });

  it('each is there with all its files and both licences', () => {
    for (const { file, sha256, sources, licence } of Object.values(modelCatalogue)) {
      for (const said of [`\`${file}\``, sha256, ...sources.flatMap((source) => [`\`${source.package}\``, source.file, source.sha256]), licence.code, licence.weights]) expect(page, file).toContain(said);
    }
  });
});

describe('refusals', () => {
  it('docs/errors.md says what the code says', () => {
    expect(readFileSync(join(root, 'docs/errors.md'), 'utf8')).toBe(errorsPage());
  });

  it('each has a well-formed code, a meaning and a next step in words', () => {
    for (const [code, entry] of allFaults()) {
      expect(code).toMatch(/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/);
      expect(entry.meaning, code).toMatch(/^[A-Z].{15,}\.$/);
      expect(entry.nextStep, code).toMatch(/^[A-Z].{8,}\.$/);
    }
  });
});

describe('clauses of standards', () => {
  it('docs/standards.md says what the code says', () => {
    expect(readFileSync(join(root, 'docs/standards.md'), 'utf8')).toBe(standardsPage());
  });

  it('a source line is read clause by clause', () => {
    expect(readSource('ICAO 9303-11 §5.1, §6.1; 9303-12 §7')).toEqual([{ standard: 'ICAO 9303-11', clause: '§5.1' }, { standard: 'ICAO 9303-11', clause: '§6.1' }, { standard: 'ICAO 9303-12', clause: '§7' }]);
    expect(readSource('C2SP tlog-tiles, "Log entries"')).toEqual([{ standard: 'C2SP tlog-tiles', clause: '"Log entries"' }]);
    expect(readSource('ICAO 9303-12 §5 and §7.1')).toEqual([{ standard: 'ICAO 9303-12', clause: '§5' }, { standard: 'ICAO 9303-12', clause: '§7.1' }]);
    expect(readSource('https://example.org/x')).toEqual([{ standard: undefined, clause: 'https://example.org/x' }]);
  });

  it('each that the chip’s reader claims is held by a test, and names what carries it out', () => {
    const claimed = citedClauses().filter(({ file }) => file.startsWith('packages/emrtd/'));
    expect(claimed.length).toBeGreaterThan(50);
    expect(claimed.filter(({ tests, name }) => tests.length === 0 || name === '')).toEqual([]);
  });
});

describe('attacks on the chip', () => {
  it('docs/attacks-chip.md says what the suite runs, and every code in it is one', () => {
    const page = attacksPage();
    expect(readFileSync(join(root, 'docs/attacks-chip.md'), 'utf8')).toBe(page);
    const codes = [...page.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, code]) => code!);
    expect(codes.length).toBeGreaterThan(80);
    expect(codes.filter((code) => !allFaults().has(code))).toEqual([]);
  });
});

describe('attacks on sign-in', () => {
  it('docs/attacks-sign-in.md says what its list says, and every test in it is there', () => {
    expect(readFileSync(join(root, 'docs/attacks-sign-in.md'), 'utf8')).toBe(signInAttacksPage());
  });
});

describe('runtime dependencies', () => {
  it('each has its reason in docs/decisions', () => {
    const reasons = readFileSync(join(root, 'docs/decisions/0005-runtime-dependencies.md'), 'utf8');
    for (const folder of ['packages', 'apps']) {
      for (const room of readdirSync(join(root, folder))) {
        const { dependencies = {} } = JSON.parse(readFileSync(join(root, folder, room, 'package.json'), 'utf8')) as { readonly dependencies?: Readonly<Record<string, string>> };
        for (const name of Object.keys(dependencies)) if (!name.startsWith('@visavis/')) expect(reasons, `${folder}/${room} depends on ${name}`).toContain(`\`${name}\``);
      }
    }
  });
});
