import { missingWalls, type Walls } from '@visavis/booth';
import type { ServerConfiguration } from './configuration.ts';
import type { EventLog } from './event-log.ts';
import { refuseToStart } from './refuse-to-start.ts';

/**
 * Production does not start behind walls with a gap; the demo starts and says which are missing.
 * @throws naming each wall that does not stand and what to do about it
 */
export function requireWalls(mode: ServerConfiguration['mode'], walls: Walls, log: EventLog): void {
  const missing = missingWalls(walls);
  if (missing.length === 0) return;
  if (mode !== 'demo') throw refuseToStart('START_WALLS_MISSING', missing);
  log({ event: 'walls.missing', codes: missing.map((wall) => wall.split(' ')[0]!) });
}
