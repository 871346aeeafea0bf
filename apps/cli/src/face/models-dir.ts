import { join } from 'node:path';
import { repositoryRoot } from '../system/start-system.ts';

/** Where script/setup puts the networks. */
export const modelsDir = join(repositoryRoot, '.state/models');
