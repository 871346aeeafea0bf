import type { PublicFault } from '@visavis/kernel';
import { useState } from 'react';

export interface Acts {
  readonly busy: boolean;
  readonly fault: PublicFault | undefined;
  /** What was just done, for everybody to see and hear. */
  readonly said: string;
  /** One thing at a time: `work` says what went wrong; when nothing did, `done` is said. */
  readonly act: (work: () => Promise<PublicFault | undefined>, done?: string) => Promise<void>;
}

export function useActs(): Acts {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<PublicFault>();
  const [said, setSaid] = useState('');
  return {
    busy,
    fault,
    said,
    act: async (work, done = '') => {
      setBusy(true);
      setSaid('');
      const wrong = await work();
      setFault(wrong);
      if (wrong === undefined) setSaid(done);
      setBusy(false);
    },
  };
}
