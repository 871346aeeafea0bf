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

/** The files as the chip gave them: nothing in them is proved yet. */
export interface DocumentFiles {
  readonly efCardAccess: Uint8Array | undefined;
  readonly efCom: Uint8Array | undefined;
  readonly efSod: Uint8Array;
  readonly dg1: Uint8Array;
  readonly dg2: Uint8Array;
  readonly dg14: Uint8Array | undefined;
  readonly dg15: Uint8Array | undefined;
}

/** What one session with a chip brought. A protocol that completed is not a thing proved: see `verifyAuthenticity`. Made by `readDocument` in the same process as its judge. */
export interface DocumentReading {
  readonly accessProtocol: 'pace' | 'bac';
  /** The chip's EF.CardAccess offered PACE, but BAC opened it. */
  readonly downgraded: boolean;
  readonly files: DocumentFiles;
  readonly chipAuthentication: ChipAuthenticationEvidence;
  readonly activeAuthentication: ActiveAuthenticationEvidence;
  /** For operators. */
  readonly roundTrips: number;
  readonly commands: number;
}
