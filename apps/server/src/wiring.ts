import type { BoothPool } from '@visavis/booth';
import type { Registry, RelyingParty } from '@visavis/registry';
import type { Mount, SigninDesk } from '@visavis/signin';
import type { BoothDesk } from './booth-desk.ts';
import type { ServerConfiguration } from './configuration.ts';
import type { EnrolmentQueue } from './enrolment-queue.ts';
import type { EventLog } from './event-log.ts';
import type { Mailer } from './mail/mailer.ts';
import type { OperatorSigner } from './operator-signer.ts';
import type { LiveServiceDirectory } from './services/service-directory.ts';

/** Everything the routes work with, made once in `start-server.ts`. */
export interface Wiring {
  readonly configuration: ServerConfiguration;
  readonly registry: Registry;
  readonly boothPool: BoothPool;
  readonly boothDesk: BoothDesk;
  readonly queue: EnrolmentQueue;
  readonly mounts: readonly Mount[];
  readonly serviceDirectory: LiveServiceDirectory;
  readonly signinDesk: SigninDesk;
  readonly signer: OperatorSigner;
  readonly relyingParty: RelyingParty;
  readonly log: EventLog;
  /** Undefined where the operator has set up none: e-mail is then not offered. */
  readonly mailer: Mailer | undefined;
}
