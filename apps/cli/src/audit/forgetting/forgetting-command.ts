import { parseArgs } from 'node:util';
import type { AuditCommand } from '../audit-command.ts';
import type { AuditForgetting } from './audit-forgetting.ts';

const DEFAULT_ENROLMENTS = 20;
/** One round of the plan takes two minutes on a small machine: more than this is a mistake. */
const MAX_ENROLMENTS = 100_000;
const MAX_AT_ONCE = 64;
const MAX_SEED = 2 ** 31;

export const forgettingCommand: AuditCommand = {
  usage: 'forgetting [--enrolments N] [--json] [--server PID|own] [--at-once N] [--seed N]',
  about: 'enrols made-up people under load, then searches memory, files, logs and swap of the server for their faces and names',
  async run(args) {
    const asked = readArguments(args);
    if (asked === undefined) {
      console.error(`visavis audit ${forgettingCommand.usage}`);
      return 2;
    }
    if (process.platform !== 'linux') {
      console.error('visavis: the memory of other processes is read through /proc, which only Linux has');
      return 1;
    }
    // Loaded for this audit only: the networks' runtime is heavy.
    const { auditForgetting } = await import('./audit-forgetting.ts');
    const { inWords } = await import('./report/in-words.ts');
    const report = await auditForgetting({ ...asked, progress: (line) => console.error(line) });
    console.log(asked.json ? JSON.stringify(report) : inWords(report));
    return report.passed ? 0 : 1;
  },
};

function readArguments(args: readonly string[]): (Omit<AuditForgetting, 'progress'> & { readonly json: boolean }) | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { enrolments: { type: 'string' }, json: { type: 'boolean', default: false }, server: { type: 'string', default: 'own' }, 'at-once': { type: 'string' }, seed: { type: 'string' } },
    });
    const [enrolments, atOnce, seed] = [wholeNumber(values.enrolments, 1, MAX_ENROLMENTS), wholeNumber(values['at-once'], 1, MAX_AT_ONCE), wholeNumber(values.seed, 0, MAX_SEED)];
    const serverPid = values.server === 'own' ? undefined : wholeNumber(values.server, 1, Number.MAX_SAFE_INTEGER);
    return { enrolments: enrolments ?? DEFAULT_ENROLMENTS, serverPid, atOnce, seed, json: values.json };
  } catch {
    return undefined;
  }
}

/** @throws when it is none, or out of range */
function wholeNumber(text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) throw new RangeError('not a whole number within bounds');
  return value;
}
