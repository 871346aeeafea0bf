import type { ServerConfiguration } from './configuration.ts';

/** Headers of every answer. Scripts, styles and calls come from and go to this site alone; the camera is for this site alone. */
export function securityHeaders({ origin, specimenStateUrl }: Pick<ServerConfiguration, 'origin' | 'specimenStateUrl'>): Readonly<Record<string, string>> {
  const asWebSocket = (url: string): string => url.replace(/^http/, 'ws');
  const connect = ["'self'", asWebSocket(origin), ...(specimenStateUrl === undefined ? [] : [specimenStateUrl, asWebSocket(specimenStateUrl)])];
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    `connect-src ${connect.join(' ')}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'permissions-policy': 'camera=(self), publickey-credentials-create=(self), publickey-credentials-get=(self), microphone=(), geolocation=(), payment=(), usb=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    ...(origin.startsWith('https:') ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' } : {}),
  };
}
