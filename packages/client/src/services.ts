import { type PublicServices, publicServices } from '@visavis/contract';
import { ok, type PublicFault, type Result } from '@visavis/kernel';
import type { ServerPort } from './ports.ts';
import { callServer } from './server/call-server.ts';

/** Two hundred services each; a longer list is read by its address, not on a page. */
const MAX_PAGES = 25;

/** The services that may ask citizens to sign in. */
export async function fetchServices(server: ServerPort): Promise<Result<PublicServices['services'], PublicFault>> {
  const all: PublicServices['services'] = [];
  let after = '';
  for (let i = 0; i < MAX_PAGES; i++) {
    const page = await callServer(server, { method: 'GET', path: `/api/services${after}`, answer: publicServices });
    if (!page.ok) return page;
    all.push(...page.value.services);
    if (page.value.next === undefined) break;
    after = `?after=${encodeURIComponent(page.value.next)}`;
  }
  return ok(all);
}
