import type { CommandApdu } from './command-apdu.ts';
import type { Answer } from './status-words.ts';

/** A command as the chip understood it, its protection taken off. */
export interface SeenCommand extends CommandApdu {
  readonly protected: boolean;
}

/** `naked`: the status word goes out without secure messaging, the counter goes on, stays, or the session is gone. */
export interface BehavedAnswer extends Answer {
  readonly naked?: 'counted' | 'uncounted' | 'dropped';
}

/** What a chip does otherwise than the standard: it sees a command, and may have it carried out as usual (or otherwise), or not. */
export type Behaviour = (command: SeenCommand, carryOut: (command?: SeenCommand) => BehavedAnswer) => BehavedAnswer;

/** The first sees a command first. */
export const composeBehaviours = (behaviours: readonly Behaviour[]): Behaviour => behaviours.reduceRight<Behaviour>((inner, outer) => (command, carryOut) => outer(command, (changed = command) => inner(changed, carryOut)), (command, carryOut) => carryOut(command));

/** Tells of every command that was not carried out as it came, or not answered as it was carried out. */
export const heard = (behaviour: Behaviour, tell: () => void): Behaviour => (command, carryOut) => {
  let honest: BehavedAnswer | undefined;
  let asItCame = true;
  const given = behaviour(command, (changed) => {
    asItCame &&= changed === undefined;
    return (honest = carryOut(changed));
  });
  if (!asItCame || given !== honest) tell();
  return given;
};
