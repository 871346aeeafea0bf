/** Shorter ones can be guessed: 22 characters of base64url are 128 bits. */
const MIN_NONCE_LENGTH = 22;
const MAX_LENGTH = 2048;
const REQUIRED = ['client_id', 'redirect_uri', 'response_type', 'scope', 'acr_values', 'state', 'nonce'] as const;
const PROMPTS: readonly string[] = ['login', 'consent', 'login consent', 'consent login'];

/**
 * What FranceConnect looks at before the protocol begins: whoever fails here is shown a page and never sent anywhere.
 * Does not establish that the client exists, may ask this, or may be answered at that address.
 * @param parameters from the query or the form; the attacker's
 * @returns the first parameter that is missing, doubled or ill-formed
 */
export function faultyParameter(parameters: URLSearchParams): string | undefined {
  for (const name of parameters.keys()) if (parameters.getAll(name).length > 1) return name;
  const missing = REQUIRED.find((name) => !parameters.has(name));
  if (missing !== undefined) return missing;
  const text = (name: string): string => parameters.get(name) ?? '';
  if (text('client_id') === '') return 'client_id';
  if (!/^https?:$/.test(URL.parse(text('redirect_uri'))?.protocol ?? '')) return 'redirect_uri';
  if (text('nonce').length < MIN_NONCE_LENGTH) return 'nonce';
  if (parameters.has('prompt') && !PROMPTS.includes(text('prompt'))) return 'prompt';
  // Every other way carries a code to where scripts or proxies read it.
  if (parameters.has('response_mode') && text('response_mode') !== 'query') return 'response_mode';
  for (const [name, value] of parameters) if (value.length > MAX_LENGTH || /\p{Cc}/u.test(value)) return name;
  return undefined;
}
