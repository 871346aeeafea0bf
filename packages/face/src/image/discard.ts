/**
 * Overwrites a piece of a face with zeros and gives its memory back at once: left to the collector it stays for a
 * while, and makes the collector look through everything else. Whoever still holds it finds it empty. A view of a part
 * of a larger buffer is only overwritten.
 */
export function discard(bytes: Uint8Array | Float32Array): void {
  bytes.fill(0);
  if (bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength) bytes.buffer.transfer(0);
}
