/** One coded event. Never personal data, keys, tokens, images or addresses: there is no field for them. */
export interface LoggedEvent {
  readonly event: string;
  readonly code?: string;
  readonly codes?: readonly string[];
  readonly outcome?: string;
  readonly count?: number;
}

export type EventLog = (event: LoggedEvent) => void;
