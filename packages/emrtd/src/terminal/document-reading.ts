import type { ChipAuthenticationMappingEvidence } from '../access/pace.ts';
import type { PaceMappingName } from '../access/pace-variant.ts';
import type { TerminalQuirk } from './reading-habits.ts';

/** How the chip was asked to prove itself by Chip Authentication, and what it did. Whether that proves anything is decided against the signed DG14. */
export type ChipAuthenticationEvidence =
  | { readonly status: 'notOffered' }
  /** Offered with an algorithm that this terminal does not speak. */
  | { readonly status: 'unsupported' }
  | { readonly status: 'failed'; readonly step: 'selectKey' | 'agreeOnKey' | 'readUnderNewKeys' }
  /** The chip answered under keys that only the holder of this key's private half (or this terminal) can know. SubjectPublicKeyInfo, DER. */
  | { readonly status: 'completed'; readonly publicKey: Uint8Array };

/** The terminal's Active Authentication nonce and what the chip answered. Verified later, against the signed DG15. */
export type ActiveAuthenticationEvidence =
  | { readonly status: 'notOffered' }
  | { readonly status: 'failed'; readonly chipStatus: string }
  | { readonly status: 'answered'; readonly nonce: Uint8Array; readonly signature: Uint8Array };

/** The files as the chip gave them: nothing in them is proved yet. An optional one is undefined when it was not asked for, or the chip does not give it. */
export interface DocumentFiles {
  readonly efCardAccess: Uint8Array | undefined;
  /** Read after PACE with chip authentication mapping only, which is judged by it. */
  readonly efCardSecurity: Uint8Array | undefined;
  readonly efAtrInfo: Uint8Array | undefined;
  readonly efDir: Uint8Array | undefined;
  readonly efCom: Uint8Array | undefined;
  readonly efSod: Uint8Array;
  readonly dg1: Uint8Array;
  readonly dg2: Uint8Array;
  readonly dg7: Uint8Array | undefined;
  readonly dg11: Uint8Array | undefined;
  readonly dg12: Uint8Array | undefined;
  readonly dg13: Uint8Array | undefined;
  readonly dg14: Uint8Array | undefined;
  readonly dg15: Uint8Array | undefined;
  readonly dg16: Uint8Array | undefined;
}

/** What one session with a chip brought. A protocol that completed is not a thing proved: see `verifyAuthenticity`. Made by `readDocument` in the same process as its judge. */
export interface DocumentReading {
  readonly accessProtocol: 'pace' | 'bac';
  /** undefined after BAC. */
  readonly paceMapping: PaceMappingName | undefined;
  /** What PACE brought to prove the chip by; judged against the signed EF.CardSecurity. */
  readonly chipAuthenticationMapping: ChipAuthenticationMappingEvidence | undefined;
  /** The chip had EF.CardAccess, by which PACE is offered, but BAC opened it. */
  readonly downgraded: boolean;
  readonly files: DocumentFiles;
  readonly chipAuthentication: ChipAuthenticationEvidence;
  readonly activeAuthentication: ActiveAuthenticationEvidence;
  /** For operators. */
  readonly roundTrips: number;
  readonly commands: number;
  /** What the terminal had to work around. */
  readonly quirks: readonly TerminalQuirk[];
}
