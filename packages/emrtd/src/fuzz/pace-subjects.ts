import { choosePaceVariants } from '../access/pace-variant.ts';
import { mapPaceNonce } from '../access/pace.ts';
import { standardizedGroup } from '../crypto/index.ts';
import { encodeTlv } from '../tlv/tlv.ts';
import type { FuzzSubject } from './fuzz-subject.ts';

/** One of each: generic, integrated and chip authentication mapping over a curve, generic and integrated over DH. */
const VARIANTS = [
  ['generic, ECDH', '0.4.0.127.0.7.2.2.4.2.2', 13],
  ['integrated, ECDH', '0.4.0.127.0.7.2.2.4.4.4', 12],
  ['chip authentication, ECDH', '0.4.0.127.0.7.2.2.4.6.2', 13],
  ['generic, DH', '0.4.0.127.0.7.2.2.4.1.1', 0],
  ['integrated, DH', '0.4.0.127.0.7.2.2.4.3.2', 0],
] as const;
const template = (tag: number, value: Uint8Array): Uint8Array => encodeTlv(0x7c, encodeTlv(tag, value));

/** The chip's four answers of PACE, each in turn a stranger's. Its public keys are the group's generator: on the curve, and nobody's. */
export function paceSubjects(): readonly FuzzSubject[] {
  return VARIANTS.flatMap(([name, protocol, parameterId]) => {
    const [variant] = choosePaceVariants([{ protocol, parameterId }]);
    const group = standardizedGroup(parameterId);
    if (variant === undefined || group === undefined) throw new Error(`not spoken: ${name}`);
    let drawn = 0;
    const random = (n: number): Uint8Array => Uint8Array.from({ length: n }, () => (drawn = (drawn * 137 + 89) % 251));
    const nonces = [template(0x80, new Uint8Array(16).fill(7)), template(0x80, new Uint8Array(32).fill(7))];
    const start = (nonce: Uint8Array) => mapPaceNonce(variant, { kind: 'can', can: '123456' }, nonce, random);
    const nonce = nonces.find((candidate) => start(candidate) !== undefined)!;
    const mapping = start(nonce)!;
    const mapAnswer = [template(0x82, group.generator), template(0x82, new Uint8Array())].find((answer) => mapping.agree(answer) !== undefined)!;
    const agreement = mapping.agree(mapAnswer)!;
    const keyAnswer = template(0x84, group.generator);
    const authentication = agreement.authenticate(keyAnswer)!;
    const subject = (step: string, seed: Uint8Array, acceptsSeeds: boolean, parse: FuzzSubject['parse']): FuzzSubject => ({ name: `mapPaceNonce: ${name}, ${step}`, seeds: [seed], acceptsSeeds, weight: 1, parse });
    return [
      subject('nonce', nonce, true, start),
      subject('mapping', mapAnswer, true, (input) => mapping.agree(input)),
      subject('key', keyAnswer, true, (input) => agreement.authenticate(input)),
      // Nobody's key, nobody's token: what is tried is that nothing is accepted.
      subject('token', encodeTlv(0x7c, encodeTlv(0x86, new Uint8Array(8)), encodeTlv(0x8a, new Uint8Array(48))), false, (input) => authentication.verify(input)),
    ];
  });
}
