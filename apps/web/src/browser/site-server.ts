import type { ServerPort } from '@visavis/client';

/** The server that served this page. */
export const siteServer: ServerPort = {
  fetch: (url, init) => fetch(url, init),
  openSocket: (url) => new WebSocket(url),
  origin: window.location.origin,
};
