/** The provider's redirects of one sign-in, and some to spare. */
const MAX_REDIRECTS = 6;

/** A browser as far as a sign-in needs one: redirects, and the provider's cookies. */
export async function walkThrough(origin: string, start: URL): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = start;
  for (let i = 0; i < MAX_REDIRECTS; i++) {
    if (url.origin !== origin) return url;
    const response = await fetch(url, { redirect: 'manual', headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const location = response.headers.get('location');
    await response.body?.cancel();
    if (location === null) throw new Error(`the mock citizen came no further than ${url.pathname}: ${response.status}`);
    url = new URL(location, url);
  }
  throw new Error('the mock citizen was sent in a circle');
}
