import { createHash } from 'node:crypto';

/**
 * SHA-256 (hex) of what a JSON value says, however its text is laid out: names sorted, no spaces, numbers as JavaScript
 * writes them (RFC 8785). A file that was only formatted anew keeps its hash.
 */
export const contentSha256 = (value: unknown): string => createHash('sha256').update(canonical(value)).digest('hex');

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  return `{${Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
    .join(',')}}`;
}
