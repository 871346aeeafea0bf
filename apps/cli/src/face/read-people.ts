import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from '@visavis/kernel';
import { faceCommandFaults } from './faults.ts';

/** One folder of photographs; its name labels pairs and is never printed. */
export interface Person {
  readonly name: string;
  readonly files: readonly string[];
}

const PHOTOGRAPH = /\.(jpe?g|jp2|j2k)$/i;

/** Folder per species of attack, in each a folder per presentation. */
export async function readAttacks(folder: string): Promise<Result<ReadonlyMap<string, readonly Person[]>>> {
  try {
    const species = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const attacks = new Map<string, readonly Person[]>();
    for (const name of species.toSorted()) {
      const presentations = await readPeople(join(folder, name));
      if (!presentations.ok) return presentations;
      attacks.set(name, presentations.value);
    }
    return attacks.size === 0 ? err(faceCommandFaults.fault('EVALUATION_IMAGES_UNREADABLE')) : ok(attacks);
  } catch {
    return err(faceCommandFaults.fault('EVALUATION_IMAGES_UNREADABLE'));
  }
}

/** Folder per person, in the order of their names, links to folders too; other files are left alone. */
export async function readPeople(folder: string): Promise<Result<readonly Person[]>> {
  try {
    const names: string[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) if (entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(join(folder, entry.name))))) names.push(entry.name);
    const people: Person[] = [];
    for (const name of names.toSorted()) {
      const files = (await readdir(join(folder, name))).filter((file) => PHOTOGRAPH.test(file)).toSorted();
      if (files.length > 0) people.push({ name, files: files.map((file) => join(folder, name, file)) });
    }
    return people.length === 0 ? err(faceCommandFaults.fault('EVALUATION_IMAGES_UNREADABLE')) : ok(people);
  } catch {
    return err(faceCommandFaults.fault('EVALUATION_IMAGES_UNREADABLE'));
  }
}

const leadsToFolder = (link: string): Promise<boolean> => stat(link).then((at) => at.isDirectory(), () => false);
