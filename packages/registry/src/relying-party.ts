/** This site as WebAuthn sees it. */
export interface RelyingParty {
  /** Domain a passkey belongs to. */
  readonly rpId: string;
  readonly rpName: string;
  /** Exact origin a ceremony must have happened on. */
  readonly origin: string;
}
