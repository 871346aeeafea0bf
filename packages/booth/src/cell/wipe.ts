/**
 * Overwrites every array of bytes or numbers reachable from `roots` with zeros: what JavaScript owns and can name. It does not reach
 * private fields, strings, or copies inside the engine and its libraries; only the end of the process ends those.
 */
export function wipe(...roots: readonly unknown[]): void {
  const seen = new Set<unknown>();
  const queue: unknown[] = [...roots];
  for (let value = queue.pop(); value !== undefined || queue.length > 0; value = queue.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (ArrayBuffer.isView(value)) new Uint8Array(value.buffer, value.byteOffset, value.byteLength).fill(0);
    else if (value instanceof Map || value instanceof Set) queue.push(...value.values());
    else queue.push(...Object.values(value));
  }
}
