/** Sends mail to an address that the contract's parser gave; what leaves says nothing about anybody. */
export interface Mailer {
  /** @returns false when it could not be handed over */
  send(mail: { readonly to: string; readonly subject: string; readonly text: string }): Promise<boolean>;
}

/** In every mail: the sender says where it is from, and no mail has a link that could be another's. */
const SIGNATURE = '\n\nThis mail has no link, so that nobody can lead you astray: type our address yourself.\nYou can remove this e-mail address in your account.\n';

export const noticeMail = (siteName: string) => ({ subject: `${siteName}: there is a notice in your account`, text: `There is a notice in your account. Open your account to read it.${SIGNATURE}` });

export const codeMail = (siteName: string, code: string) => ({
  subject: `${siteName}: your code`,
  text: `Your code is ${code}\n\nType it in your account within an hour. If you did not ask for it, do nothing: without the code nothing happens.${SIGNATURE}`,
});
