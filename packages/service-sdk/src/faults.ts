interface FaultEntry {
  readonly stage: 'signIn';
  /** `now`: the same again may work; `user`: the person has to do something; `never`: not before the service is mended. */
  readonly retry: 'now' | 'user' | 'never';
  readonly meaning: string;
  /** For whoever writes the service. */
  readonly nextStep: string;
}

/** Every way in which a sign-in at a service does not come about. Codes are never renamed. */
export const serviceFaultEntries = {
  SERVICE_PROVIDER_UNREACHABLE: { stage: 'signIn', retry: 'now', meaning: 'The identity provider does not answer, or not in time.', nextStep: 'Tell the person to try again in a minute. If it lasts, look whether this machine reaches the issuer.' },
  SERVICE_PROVIDER_UNFIT: { stage: 'signIn', retry: 'never', meaning: 'What answers at the issuer is not the identity provider that was named, or can not do what is needed.', nextStep: 'Compare the setting issuer, letter by letter, with the issuer in the provider’s discovery document.' },
  SERVICE_NOT_ACCEPTED: { stage: 'signIn', retry: 'never', meaning: 'The identity provider does not take this service for the one that was registered.', nextStep: 'Compare clientId, authentication (method, secret or key and its kid) with the registration.' },
  SERVICE_REQUEST_REFUSED: { stage: 'signIn', retry: 'never', meaning: 'The identity provider refuses what this service asks for.', nextStep: 'Compare redirectUri and claims with the registration; detail has the provider’s own word.' },
  SERVICE_SIGN_IN_DECLINED: { stage: 'signIn', retry: 'user', meaning: 'The person did not agree, or has no identity of the level that is asked for.', nextStep: 'Say that nothing was passed on, and offer another way.' },
  SERVICE_SIGN_IN_FAILED: { stage: 'signIn', retry: 'user', meaning: 'The identity provider could not finish this sign-in.', nextStep: 'Let the person start again; detail has the provider’s own word.' },
  SERVICE_RETURN_FOREIGN: { stage: 'signIn', retry: 'user', meaning: 'What the browser brought back belongs to no sign-in that this browser began here.', nextStep: 'Let the person start again. Keep what beginSignIn gave in this browser’s own session, and give it to completeSignIn once.' },
  SERVICE_CODE_REFUSED: { stage: 'signIn', retry: 'user', meaning: 'The code of this sign-in was used before, or is too old.', nextStep: 'Let the person start again, and redeem the code at once.' },
  SERVICE_TOKEN_REFUSED: { stage: 'signIn', retry: 'never', meaning: 'What the identity provider says of the sign-in can not be verified.', nextStep: 'Nobody is signed in. Look at clock, keys for decryption, and how idTokenEncryption and userinfoSigning were registered.' },
  SERVICE_LEVEL_TOO_LOW: { stage: 'signIn', retry: 'user', meaning: 'The person was identified at a lower level of assurance than this service accepts.', nextStep: 'Nobody is signed in. Say which level is needed.' },
  SERVICE_CLAIMS_REFUSED: { stage: 'signIn', retry: 'never', meaning: 'What the identity provider says of the person is not of the form that was agreed.', nextStep: 'Nobody is signed in. Use the version of this library that belongs to the provider.' },
  SERVICE_LOGOUT_TOKEN_REFUSED: { stage: 'signIn', retry: 'never', meaning: 'A message that a sign-in has ended does not come from the identity provider, or is not for this service.', nextStep: 'Answer 400 and end no session.' },
} as const satisfies Readonly<Record<string, FaultEntry>>;

export type ServiceFaultCode = keyof typeof serviceFaultEntries;

export interface ServiceFault extends FaultEntry {
  readonly code: ServiceFaultCode;
  /** OAuth's word or the library's code, where there is one. Nothing of a person. */
  readonly detail: string | undefined;
}

/** An expected outcome is a value: nothing here throws but for a mistake in the program. */
export type ServiceResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: ServiceFault };

export const refused = (code: ServiceFaultCode, detail?: string): { readonly ok: false; readonly fault: ServiceFault } => ({ ok: false, fault: { code, ...serviceFaultEntries[code], detail } });
