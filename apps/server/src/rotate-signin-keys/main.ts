import { randomBytes } from 'node:crypto';
import { readConfiguration } from '../configuration.ts';
import { rotateSigninKeysFile } from '../open-secrets.ts';

/** For the operator, with the server's own settings: rotates the keys of sign-in and prints their public ids. */
const { stateDir } = readConfiguration(process.env, false);
const kids = await rotateSigninKeysFile(stateDir, (n) => new Uint8Array(randomBytes(n)));
process.stdout.write(`${JSON.stringify({ signs: kids[0], next: kids[1], before: kids[2] })}\n`);
