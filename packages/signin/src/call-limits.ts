/** How much of the server anybody may use, counted by the application that wires it. Nothing here locks a citizen out by what a stranger does. */
export interface CallLimits {
  /** Any call around a sign-in, from one network. */
  readonly mayCall: (address: string) => boolean;
  /** One more sign-in that a service's browser begins, from one network: it is kept before anybody has proved anything. */
  readonly mayStart: (address: string) => boolean;
  /** One more challenge or code, from one network: the same holds. */
  readonly mayAsk: (address: string) => boolean;
  /** One more call of a service that authenticates itself, or claims to. Every true is followed by one {@link ended}. */
  readonly mayServe: (clientId: string, address: string) => boolean;
  readonly ended: (clientId: string, address: string, outcome: 'served' | 'refused') => void;
  /** One more sign-in of a citizen, who has just proved that it is them. */
  readonly maySignIn: (identityId: string) => boolean;
  /** Seconds after which who was refused may try again at the latest. */
  readonly retryAfterS: number;
}
