/** A browser's cookies and its habit of not following redirects by itself, for tests. Ports share a host's cookies. */
export interface Browser {
  fetch(url: string, init?: RequestInit & { readonly json?: unknown }): Promise<Response>;
}

interface Cookie {
  readonly path: string;
  readonly value: string;
}

export function createBrowser(): Browser {
  const cookies = new Map<string, Cookie>();
  return {
    async fetch(url, init = {}) {
      const { json, ...rest } = init;
      const { pathname } = new URL(url);
      const sent = [...cookies].filter(([, { path }]) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`)).map(([key, { value }]) => `${key.split(' ')[0]}=${value}`);
      const response = await fetch(url, {
        redirect: 'manual',
        ...rest,
        ...(json === undefined ? {} : { method: init.method ?? 'POST', body: JSON.stringify(json) }),
        headers: { ...(json === undefined ? {} : { 'content-type': 'application/json' }), accept: 'text/html,application/json', cookie: sent.join('; '), ...Object.fromEntries(new Headers(init.headers)) },
      });
      for (const line of response.headers.getSetCookie()) {
        const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
        const name = pair.slice(0, pair.indexOf('='));
        const attribute = (wanted: string) => attributes.find((a) => a.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
        const path = attribute('path') ?? '/';
        const expires = attribute('expires');
        if (attribute('max-age') === '0' || (expires !== undefined && Date.parse(expires) <= Date.now())) cookies.delete(`${name} ${path}`);
        else cookies.set(`${name} ${path}`, { path, value: pair.slice(name.length + 1) });
      }
      return response;
    },
  };
}
