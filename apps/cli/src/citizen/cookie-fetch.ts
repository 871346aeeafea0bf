import { CookieJar } from 'tough-cookie';

/** `fetch` as a browser does it: keeps cookies, and leaves redirects to the caller, who wants to see them. */
export function createCookieFetch(): typeof fetch {
  const jar = new CookieJar();
  return async (input, init) => {
    const url = input instanceof Request ? input.url : input.toString();
    const headers = new Headers(init?.headers);
    const cookies = await jar.getCookieString(url);
    if (cookies !== '') headers.set('cookie', cookies);
    const response = await fetch(input, { ...init, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) await jar.setCookie(cookie, url, { ignoreError: true });
    return response;
  };
}
