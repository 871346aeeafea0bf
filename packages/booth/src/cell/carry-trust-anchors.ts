import type { ToChipCell, TrustAnchors } from '@visavis/contract';
import { ByteReader, type Bytes, concatBytes } from '@visavis/kernel';

/** All certificates and lists together: the published master lists hold 2 MB, and a large state's list of withdrawn certificates some 100 kB. */
export const MAX_TRUST_ANCHOR_BYTES = 16 * 1024 * 1024;

type Lengths = Extract<ToChipCell, { type: 'trustAnchors' }>['trustAnchors'];

/** Trust anchors on their way into a chip cell: lengths for the message's head, DER for its tail. */
export function packTrustAnchors(anchors: TrustAnchors): { readonly lengths: Lengths; readonly tail: Bytes } {
  const decode = (items: readonly string[]): Uint8Array[] => items.map((base64) => Uint8Array.from(Buffer.from(base64, 'base64')));
  const [certificates, crls] = [decode(anchors.cscaCertificates), decode(anchors.crls)];
  const lengthsOf = (items: readonly Uint8Array[]): number[] => items.map((der) => der.length);
  return { lengths: { cscaCertificateBytes: lengthsOf(certificates), crlBytes: lengthsOf(crls) }, tail: concatBytes(...certificates, ...crls) };
}

/** The way back. @returns undefined when lengths and tail do not belong together: nothing short or left over is trusted */
export function unpackTrustAnchors(lengths: Lengths, tail: Uint8Array): { readonly cscaCertificates: readonly Uint8Array[]; readonly crls: readonly Uint8Array[] } | undefined {
  const bytes = [...lengths.cscaCertificateBytes, ...lengths.crlBytes].reduce((sum, length) => sum + length, 0);
  if (bytes !== tail.length) return undefined;
  const reader = new ByteReader(tail);
  const take = (length: number): Uint8Array => reader.take(length);
  return { cscaCertificates: lengths.cscaCertificateBytes.map(take), crls: lengths.crlBytes.map(take) };
}
