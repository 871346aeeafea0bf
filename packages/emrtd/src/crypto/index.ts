export { aesCbcDecrypt, aesCbcEncrypt, aesEncryptBlock } from './aes.ts';
export { cmac } from './cmac.ts';
export { type Cipher, deriveKey, KEY_PURPOSE } from './derive-key.ts';
export { des3CbcDecrypt, des3CbcEncrypt } from './des3.ts';
export { addPoints, basePoint, type CurveName, decodePoint, drawScalar, type EcPoint, encodePoint, fieldBytes, isCurveName, multiplyPoint, xCoordinate } from './ec-points.ts';
export { hash, hashByOid, type HashName } from './hash.ts';
export { padIso7816, unpadIso7816 } from './padding.ts';
export { retailMac } from './retail-mac.ts';
export { ecPublicKey, importPublicKey, type PublicKey } from './public-key.ts';
