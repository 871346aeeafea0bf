const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

/**
 * A page of the provider itself, without script or style. The words are escaped.
 * @param form HTML of our own making
 */
export const page = (title: string, heading: string, text: string, form = ''): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escape(title)}</title><h1>${escape(heading)}</h1><p>${escape(text)}</p>${form}</html>`;

/** For people who come here by a broken or forged link, with OAuth's own words. */
export const errorPage = (error: string, description: string): string =>
  page('Sign-in not possible', "This sign-in can't continue", 'The service sent you here with a request that is not acceptable. Go back to it and start again.', `<p>${escape(error)}: ${escape(description)}</p>`);
