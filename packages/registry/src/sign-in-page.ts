/** A sign-in's page as the provider keeps it (its `Interaction`), read along with something else. */
export interface SignInPage {
  readonly mount: string;
  readonly uid: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export type SignInPageRow = Omit<SignInPage, 'uid'>;

/** Of a row of `oidc_records`: it is the page with this uid, of whichever mount, and still good. */
export const IS_SIGN_IN_PAGE = (uid: string, now: string): string => `mount IN ('strict', 'franceconnect') AND model = 'Interaction' AND record_id = ${uid} AND oidc_records.expires_at > ${now}`;
