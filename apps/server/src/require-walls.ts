import { missingWalls, type Walls } from '@visavis/booth';
import type { ServerConfiguration } from './configuration.ts';
import type { EventLog } from './event-log.ts';

/**
 * Production does not start behind walls with a gap; the demo starts and says which are missing.
 * @throws naming each wall that does not stand and what to do about it
 */
export function requireWalls(mode: ServerConfiguration['mode'], walls: Walls, log: EventLog): void {
  const missing = missingWalls(walls);
  if (missing.length === 0) return;
  if (mode !== 'demo') throw new Error(`walls refused: a booth must be sealed, and on this machine it is not:\n${missing.map((wall) => `  - ${wall}`).join('\n')}\nPut them up, or start the demo with VISAVIS_MODE=demo.`);
  log({ event: 'walls.missing', codes: missing.map((wall) => wall.split(' ')[0]!) });
}
