export { loadOrCreate } from './load-or-create.ts';
export { readIfThere } from './read-if-there.ts';
export { syncFolder } from './sync-folder.ts';
export { writeDurably } from './write-durably.ts';
