/** `typ` headers: a token made for one purpose is refused for every other (RFC 8725 §3.11). */
export const JWT_TYPES = {
  boothCertificate: 'visavis-booth-certificate+jwt',
  verdict: 'visavis-verdict+jwt',
  possession: 'visavis-possession+jwt',
  receipt: 'visavis-receipt+jwt',
} as const;
