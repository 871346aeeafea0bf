/** For people who come here by a broken or forged link; OAuth's own words, escaped. */
export function errorPage(error: string, description: string): string {
  const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign-in not possible</title><h1>This sign-in can't continue</h1><p>The service sent you here with a request that is not acceptable. Go back to it and start again.</p><p>${escape(error)}: ${escape(description)}</p></html>`;
}
