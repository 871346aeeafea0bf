import type { ServerPort } from '@visavis/client';
import { countCall } from './pending-calls.ts';
import { noteServerTime } from './server-clock.ts';

/** The server that served this page. */
export const siteServer: ServerPort = {
  async fetch(url, init) {
    const answer = await countCall(fetch(url, init));
    noteServerTime(answer);
    return answer;
  },
  openSocket: (url) => new WebSocket(url),
  origin: window.location.origin,
};
