import { type RandomBytes, toBase64Url } from '@visavis/kernel';

/** 128 random bits: unguessable, and no two alike. */
const ID_BYTES = 16;

/** A fresh `randomId` of the contract. */
export const newRandomId = (random: RandomBytes): string => toBase64Url(random(ID_BYTES));
