import { utf8 } from '@visavis/kernel';
import { alteredDg1, alteredDg2 } from '../attack-kit/altered-data-groups.ts';
import { digestOf, securityObject } from '../attack-kit/forge-sod.ts';
import { strippedDg14Dg15 } from '../attack-kit/clones.ts';
import { objectIdentifier, sequence, setOf, tlv } from '../der/der.ts';
import { presentDataGroups } from '../lds/encode-sod.ts';
import type { Passport } from '../lds/passport.ts';
import { utopia } from '../specimen-state.ts';
import { attack, type Attack } from './attack.ts';
import type { Workshop } from './workshop.ts';

const HASHES = '9303-11 §5.1';
const SECURITY_OBJECT = '9303-10 §4.6.2.3';
const printed = { familyName: 'MUSTER', givenNames: 'SOMEBODY ELSE', dateOfBirth: '1990-02-03', dateOfExpiry: '2033-02-03', sex: 'female' } as const;

type Hash = readonly [dataGroup: number, hash: Uint8Array];
const hashesOf = (files: Passport['files']): readonly Hash[] => presentDataGroups(files).map(([n, bytes]) => [n, digestOf('sha256', bytes)] as const);

/** Files are changed after the state has signed. */
const altered = (name: string, code: string, change: (files: Passport['files'], workshop: Workshop) => Partial<Passport['files']>): Attack =>
  attack(name, HASHES, code, (w, evil) => w.presentFiles(evil ? change(w.passport('plain').files, w) : {}));

/** The state signs a list of hashes that no honest state would. */
const listed = (name: string, code: string, change: (hashes: readonly Hash[]) => readonly Hash[], hash: 'sha256' | 'md5' = 'sha256'): Attack =>
  attack(name, SECURITY_OBJECT, code, (w, evil) => {
    const { files } = w.passport('plain');
    return w.presentFiles({ sod: w.sod(files, evil ? { content: securityObject(change(hashesOf(files)), hash) } : {}) });
  });

/** DG1 says something else, and the state signs it all the same. @param at in the machine readable zone */
const signedDg1 = (name: string, clause: string, code: string, at: number, evilText: string, honestText: string): Attack =>
  attack(name, clause, code, (w, evil) => {
    const { files } = w.passport('plain');
    const dg1 = files.dg1.slice();
    dg1.set(utf8(evil ? evilText : honestText), 5 + at);
    return w.presentFiles({ dg1, sod: w.sod({ ...files, dg1 }) });
  });

/** Against the binding of the files to what their issuer signed. */
export const dataGroupAttacks: readonly Attack[] = [
  altered('dg1-name-altered', 'PA_DG_HASH_MISMATCH', (files, w) => ({ dg1: alteredDg1(w.passport('plain'), printed).files.dg1 ?? files.dg1 })),
  altered('dg2-portrait-substituted', 'PA_DG_HASH_MISMATCH', (files, w) => {
    const portrait = Uint8Array.from(files.dg2.subarray(-60_000));
    const start = portrait.findIndex((byte, i) => byte === 0xff && portrait[i + 1] === 0xd8);
    return { dg2: alteredDg2(w.passport('plain'), Uint8Array.from([0xff, 0xd8, 0xff, 0xfe, 0, 3, 0, ...portrait.subarray(start + 2)])).files.dg2 };
  }),
  altered('dg1-of-another-document', 'PA_DG_HASH_MISMATCH', (_files, w) => ({ dg1: w.passport('other').files.dg1 })),
  altered('sod-of-another-document', 'PA_DG_HASH_MISMATCH', (_files, w) => ({ sod: w.passport('other').files.sod })),
  altered('dg1-and-dg2-swapped', 'PA_DG_HASH_MISMATCH', (files) => ({ dg1: files.dg2, dg2: files.dg1 })),
  altered('dg14-that-nobody-signed', 'PA_DG_NOT_SIGNED', (_files, w) => ({ dg14: w.passport('chipProof').files.dg14 })),
  altered('dg15-that-nobody-signed', 'PA_DG_NOT_SIGNED', (_files, w) => ({ dg15: w.passport('active').files.dg15 })),
  attack('dg14-withheld', HASHES, 'PA_DG_MISSING', (w, evil) => w.present(evil ? strippedDg14Dg15(w.passport('chipProof')) : w.passport('chipProof'))),
  attack('dg15-withheld', HASHES, 'PA_DG_MISSING', (w, evil) => w.present(evil ? strippedDg14Dg15(w.passport('active')) : w.passport('active'))),
  listed('hash-of-a-data-group-listed-twice', 'PA_SOD_MALFORMED', (hashes) => [hashes[0]!, ...hashes]),
  listed('hash-of-a-data-group-17', 'PA_SOD_MALFORMED', (hashes) => [...hashes, [17, new Uint8Array(32)]]),
  listed('hash-of-a-data-group-0', 'PA_SOD_MALFORMED', (hashes) => [[0, new Uint8Array(32)], ...hashes]),
  listed('hash-list-empty', 'PA_SOD_MALFORMED', () => []),
  listed('hash-cut-short', 'PA_DG_HASH_MISMATCH', (hashes) => hashes.map(([n, hash]) => [n, hash.slice(0, 4)] as const)),
  listed('hash-of-no-bytes', 'PA_DG_HASH_MISMATCH', (hashes) => hashes.map(([n]) => [n, new Uint8Array()] as const)),
  listed('hash-with-a-tail', 'PA_DG_HASH_MISMATCH', (hashes) => hashes.map(([n, hash]) => [n, Uint8Array.from([...hash, 0])] as const)),
  listed('hash-of-dg1-not-listed', 'PA_DG_NOT_SIGNED', (hashes) => hashes.slice(1)),
  listed('hashes-under-each-other-s-number', 'PA_DG_HASH_MISMATCH', ([one, two]) => [[1, two![1]], [2, one![1]]]),
  attack('hashes-by-sha1-this-year', SECURITY_OBJECT, 'PA_ALGORITHM_TOO_WEAK', (w, evil) => {
    const { files } = w.passport('plain');
    const sha1 = presentDataGroups(files).map(([n, bytes]) => [n, digestOf('sha1', bytes)] as const);
    return w.presentFiles({ sod: w.sod(files, evil ? { content: securityObject(sha1, 'sha1') } : {}) });
  }),
  attack('hashes-by-md5', SECURITY_OBJECT, 'PA_SOD_MALFORMED', (w, evil) => {
    const { files } = w.passport('plain');
    const md5 = presentDataGroups(files).map(([n, bytes]) => [n, digestOf('md5', bytes)] as const);
    return w.presentFiles({ sod: w.sod(files, evil ? { content: securityObject(md5, 'md5') } : {}) });
  }),
  signedDg1('document-of-another-state', '9303-12 §7.1.1', 'PA_ISSUER_MISMATCH', 2, 'D<<', utopia.mrzCode),
  signedDg1('check-digit-wrong', '9303-3 §4.9', 'PA_DG1_MALFORMED', 44 + 9, 'X', ''),
  signedDg1('document-code-of-no-travel-document', '9303-4 §4.2.2', 'PA_DG1_MALFORMED', 0, 'V', 'P'),
  attack('document-expired', '9303-4 §4.2.2', 'PA_DOCUMENT_EXPIRED', (w, evil) => {
    const { files } = w.passport('plain');
    const dg1 = evil ? alteredDg1(w.passport('plain'), { ...printed, givenNames: 'ANNA', dateOfExpiry: '2026-11-20' }).files.dg1 : files.dg1;
    return w.presentFiles({ dg1, sod: w.sod({ ...files, dg1 }) });
  }),
  attack('card-access-offers-what-nobody-signed', '9303-11 §9.2.7', 'PA_CARD_ACCESS_MISMATCH', (w, evil) => {
    const pace = w.passport('pace');
    // The chip's own offer stands beside a weaker one: PACE by ECDH and generic mapping under triple DES.
    const own = pace.files.cardAccess!.subarray(2);
    const weaker = sequence(objectIdentifier('0.4.0.127.0.7.2.2.4.2.1'), Uint8Array.of(2, 1, 2), Uint8Array.of(2, 1, 8));
    return w.present({ ...pace, files: { ...pace.files, cardAccess: evil ? setOf(own, weaker) : tlv(0x31, own) } });
  }),
];
