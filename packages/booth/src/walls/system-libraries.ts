import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './cell-bundle.ts';

/**
 * The native packages of the face cell and the pure ones that load them. `@img` holds the image library of this
 * platform; OpenJPEG is WebAssembly, loaded only for a portrait that needs it.
 */
const NATIVE_PACKAGES = ['sharp', 'detect-libc', 'semver', '@img', 'onnxruntime-node', 'onnxruntime-common', '@cornerstonejs/codec-openjpeg'] as const;
/** The compiled modules among them, whose C libraries must be there too. */
const NATIVE_MODULES = [`node_modules/@img/sharp-linux*-${process.arch}/lib/*.node`, `node_modules/onnxruntime-node/bin/*/linux/${process.arch}/*.node`] as const;
const LDD = '/usr/bin/ldd';
/** Finding out is the loader's work of some milliseconds. */
const LOADER_MS = 10_000;

/** Folders of packages that a cell with native modules reads. */
export const nativePackages = (): readonly string[] => NATIVE_PACKAGES.map((name) => join(ROOT, 'node_modules', name));

const found = new Map<boolean, readonly string[]>();

/**
 * The C libraries that Node, and with `native` the native modules, load: these files and no others of the system are
 * shown to a cell. Whole folders of libraries where the loader does not tell.
 */
export function systemLibraries(native: boolean): readonly string[] {
  const known = found.get(native);
  if (known !== undefined) return known;
  const programs = [process.execPath, ...(native ? NATIVE_MODULES.flatMap((pattern) => globSync(pattern, { cwd: ROOT }).map((path) => join(ROOT, path))) : [])];
  const libraries = new Set(programs.flatMap(loadedBy).filter((path) => !path.startsWith(`${ROOT}/`)));
  const answer = libraries.size > 0 ? [...libraries] : ['/usr/lib', '/usr/lib64', '/lib', '/lib64', '/usr/local/lib'].filter((path) => existsSync(path));
  found.set(native, answer);
  return answer;
}

/** The files that `ldd` names: `libm.so.6 => /lib/libm.so.6 (0x…)` and `/lib64/ld-linux-x86-64.so.2 (0x…)`. */
function loadedBy(program: string): readonly string[] {
  try {
    const said = execFileSync(LDD, [program], { encoding: 'utf8', timeout: LOADER_MS, stdio: ['ignore', 'pipe', 'ignore'] });
    return said.split('\n').flatMap((line) => /(?:^\s+|=> )(\/\S+) \(0x/.exec(line)?.[1] ?? []);
  } catch {
    return [];
  }
}
