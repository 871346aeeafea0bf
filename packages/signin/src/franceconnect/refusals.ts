import { errors } from 'oidc-provider';
import { errorPage } from '../page.ts';

/** FranceConnect's codes for a browser that goes no further, as services' support knows them; docs/franceconnect.md lists them. */
export const REFUSALS = {
  Y030007: 'The request lacks a parameter, has one twice, or has one that is not acceptable.',
  Y100009: 'This service may not ask how you signed in (amr).',
  Y04EA6E: 'There is no such service.',
  Y04C013: 'This service is not registered for the address that you would go back to.',
  Y190001: 'This sign-in is over, took too long, or was started in another browser.',
  Y040001: 'The request is not acceptable.',
} as const;
export type RefusalCode = keyof typeof REFUSALS;

/** Shown as a page, never sent to the service. */
export class PageRefusal extends errors.CustomOIDCProviderError {
  readonly code: RefusalCode;

  constructor(code: RefusalCode) {
    super('invalid_request', REFUSALS[code]);
    this.code = code;
    // The library's word for "not by redirect".
    this.allow_redirect = false;
  }
}

export function refusalCode(error: unknown): RefusalCode {
  if (error instanceof PageRefusal) return error.code;
  if (error instanceof errors.InvalidClient) return 'Y04EA6E';
  if (error instanceof errors.InvalidRedirectUri) return 'Y04C013';
  return error instanceof errors.SessionNotFound ? 'Y190001' : 'Y040001';
}

/** Everything on it is this file's own text. */
export const refusalPage = (code: RefusalCode): string => errorPage(code, REFUSALS[code]);
