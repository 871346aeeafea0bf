import { z } from 'zod';

/** RFC 5321 §4.5.3.1: 64 before the @, 254 in all. */
const MAX_LENGTH = 254;
/**
 * An address as people have it: a dot-atom, one @, and a domain of at least two labels, all ASCII. Of what RFC 5322
 * allows beyond that (quotes, comments, address literals) nothing: two programs that read such an address differently
 * send mail to somebody who was not checked.
 */
const SHAPE = /^(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])$/;

/** What it gives is what is kept, compared and written to: parsed once, the domain in small letters. */
export const emailAddress = z
  .string()
  .max(MAX_LENGTH)
  .regex(SHAPE)
  .overwrite((text) => {
    const at = text.indexOf('@');
    return `${text.slice(0, at)}${text.slice(at).toLowerCase()}`;
  });
