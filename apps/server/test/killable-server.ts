import { type AcceptedVerdictClaims, signVerdict } from '@visavis/contract';
import { readConfiguration } from '../src/configuration.ts';
import { startServer } from '../src/start-server.ts';
import { type TestBooth, testBoothPool } from './start-test-server.ts';

// The real server as a process of its own, so that a test can kill it; only its booths are played: each signs whatever
// verdict the test asks for.
const booths = new Map<string, TestBooth>();
const server = await startServer(readConfiguration(process.env, true), () => undefined, () => Promise.resolve(testBoothPool(booths)));
const judge = async (claims: Omit<AcceptedVerdictClaims, 'consentId'>): Promise<void> => {
  const { verdictKey, consentId } = booths.get(claims.enrolmentId)!;
  process.send!(await signVerdict({ ...claims, consentId }, verdictKey));
};
process.on('message', (claims: Parameters<typeof judge>[0]) => void judge(claims));
process.stdout.write(`${server.url}\n`);
