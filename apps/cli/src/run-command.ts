import { parseArgs } from 'node:util';
import { attackUsage, runAttack } from './attack/run-attack.ts';
import { auditUsage, runAudit } from './audit/audit.ts';
import { benchmarks, runBenchmark } from './bench/benchmarks.ts';
import { chipUsage, runChip } from './chip/chip.ts';
import { runDemo } from './demo/run-demo.ts';
import { runOnce } from './demo/run-once.ts';
import { faceUsage } from './face/face.ts';
import { runServer } from './serve/run-server.ts';
import { runTrust, trustUsage } from './trust/trust.ts';

const USAGE = `visavis: once face to face with your passport's portrait, then forgotten

  visavis demo            the whole system with a made-up state, until Ctrl-C
  visavis demo --once     one synthetic citizen through it, headless; each step with its time
  visavis serve           the server alone, configured by VISAVIS_* variables
  visavis bench           the benchmarks there are
  visavis bench NAME      one of them          --json  figures only
                                               --n N   how many runs

attack it:
${attackUsage()}

what anybody can check for themselves:
${auditUsage()}

which states' documents are trusted, kept by the operator:
${trustUsage()}

a document's chip or files:
${chipUsage()}

how well faces are compared:
${faceUsage()}
`;

/** Every command but those that work while no face policy is in force. @returns the exit status */
export async function runCommand(): Promise<number> {
  // Each audit has options of its own.
  if (process.argv[2] === 'audit') return runAudit(process.argv.slice(3));
  if (process.argv[2] === 'attack') return runAttack(process.argv.slice(3), Date.now());
  if (process.argv[2] === 'trust') return runTrust(process.argv.slice(3), Date.now());
  if (process.argv[2] === 'chip') return runChip(process.argv.slice(3), Date.now());
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      n: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command, name, ...rest] = positionals;
  if (values.help || command === undefined || command === 'help') {
    console.log(USAGE);
    return 0;
  }
  if (command === 'demo' && name === undefined) return values.once ? runOnce() : runDemo();
  if (command === 'serve' && name === undefined) return runServer();
  if (command === 'bench' && rest.length === 0) {
    if (name === undefined) {
      for (const [benchmark, { about }] of Object.entries(benchmarks)) console.log(`${benchmark.padEnd(10)} ${about}`);
      return 0;
    }
    return runBenchmark(name, { json: values.json, n: values.n });
  }
  console.error(`visavis: no command '${positionals.join(' ')}'\n\n${USAGE}`);
  return 2;
}
