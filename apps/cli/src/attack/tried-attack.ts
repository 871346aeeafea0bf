/** What became of one attack. */
export interface TriedAttack {
  readonly family: 'chip' | 'face' | 'channel' | 'signIn';
  readonly name: string;
  /** Where it was tried: at the running system, or at this program's own copy of the judge, where the attack needs what a running system has not (a trust store of its own, a stolen generator). */
  readonly at: 'system' | 'judge';
  /** The code that holds it off, or `refused` where several may; `accepted` for somebody honest; `unsolved` where nothing holds it off, and it is said so. */
  readonly expected: string;
  /** The code it ended in, `accepted` where it was not refused. */
  readonly got: string;
}

/** Whether it ended as it should: by the code that is claimed, or by any where what is claimed is a refusal. */
export const isHeldOff = ({ expected, got }: TriedAttack): boolean => expected === got || (expected === 'refused' && got !== 'accepted');

/** Whether something got in that is said to be held off, or somebody honest did not get in. What is unsolved is neither. */
export const isBreach = (one: TriedAttack): boolean => one.expected !== 'unsolved' && !isHeldOff(one);

export interface AttackedSystem {
  readonly siteUrl: string;
  readonly specimenStateUrl: string;
}
