import { boothFaults, type ReasonClass, reasonClassOf } from '@visavis/booth';
import { clientFaults, historyClientFaults } from '@visavis/client';
import { boothCertificateFaults, possessionFaults, receiptFaults, signerFaults, verdictFaults } from '@visavis/contract';
import { emrtdFaults } from '@visavis/emrtd';
import { faceFaults } from '@visavis/face/faults';
import { defineFaults, type FaultCatalogue, type FaultEntry } from '@visavis/kernel';
import { logFaults } from '@visavis/log';
import { deskFaults, deviceFaults, emailFaults, historyFaults, recoveryFaults, registryFaults, sharedProofFaults } from '@visavis/registry';
import { serviceFaultEntries } from '@visavis/service-sdk';
import { signinFaults } from '@visavis/signin';
import { receiptAuditFaults } from '../../apps/cli/src/audit/receipt/faults.ts';
import { chipCommandFaults } from '../../apps/cli/src/chip/faults.ts';
import { faceCommandFaults } from '../../apps/cli/src/face/faults.ts';
import { trustCommandFaults } from '../../apps/cli/src/trust/faults.ts';
import { serverFaults } from '../../apps/server/src/faults.ts';
import { webFaults } from '../../apps/web/src/faults.ts';

const CATALOGUES: readonly (readonly [room: string, catalogue: FaultCatalogue<string>])[] = [
  ['apps/web', webFaults],
  ['packages/client', clientFaults],
  ['packages/client', historyClientFaults],
  ['apps/server', serverFaults],
  ['apps/cli', receiptAuditFaults],
  ['apps/cli trust', trustCommandFaults],
  ['apps/cli chip', chipCommandFaults],
  ['apps/cli face', faceCommandFaults],
  ['packages/contract', boothCertificateFaults],
  ['packages/contract', verdictFaults],
  ['packages/contract', possessionFaults],
  ['packages/contract', receiptFaults],
  ['packages/contract', signerFaults],
  ['packages/booth', boothFaults],
  ['packages/emrtd', emrtdFaults],
  ['packages/face', faceFaults],
  ['packages/log', logFaults],
  ['packages/registry', registryFaults],
  ['packages/registry', historyFaults],
  ['packages/registry', deviceFaults],
  ['packages/registry', deskFaults],
  ['packages/registry', emailFaults],
  ['packages/registry', recoveryFaults],
  ['packages/registry', sharedProofFaults],
  ['packages/signin', signinFaults],
  ['packages/service-sdk (for who writes a service)', defineFaults(serviceFaultEntries)],
];

/** Every refusal of the product, by the room that makes it. Throws when two rooms claim one code. */
export function allFaults(): ReadonlyMap<string, FaultEntry & { readonly room: string }> {
  const all = new Map<string, FaultEntry & { readonly room: string }>();
  for (const [room, catalogue] of CATALOGUES) {
    for (const [code, entry] of Object.entries<FaultEntry>(catalogue.entries)) {
      if (all.has(code)) throw new Error(`${code} is claimed by ${all.get(code)?.room} and ${room}`);
      all.set(code, { ...entry, room });
    }
  }
  return all;
}

const RETRY_WORDS = { now: 'try again at once', user: 'the citizen, after the next step', agent: 'a person at a counter', never: 'start anew' } as const;

/** What a reason of a sealed room is about: the classes by which refusals are told apart without a word about the person. */
const CLASS_WORDS: Readonly<Record<ReasonClass, string>> = {
  documentReading: 'reading the document',
  documentGenuine: 'whether the document is genuine',
  documentStatus: 'what registers, dates and counts say of the document',
  age: 'age',
  face: 'camera and face',
  notChecked: 'a check that was not made',
  service: 'the service itself',
};

/** The rooms whose codes a sealed room gives as its reasons. */
const DECIDING_ROOMS: ReadonlySet<string> = new Set(['packages/booth', 'packages/emrtd', 'packages/face']);

/** docs/errors.md */
export function errorsPage(): string {
  const lines = [
    '<!-- Made by script/generate-docs.ts from the rooms\' faults.ts. Do not edit. -->',
    '# Every refusal, by code',
    '',
    'A refusal has a stable code, a plain meaning and a next step. Codes are never renamed and never reused.',
    'What a citizen, a client or a log sees is `{ code, stage, retry, meaning, nextStep }`: no personal data, no key, no image.',
  ];
  let room = '';
  for (const [code, entry] of allFaults()) {
    if (entry.room !== room) {
      room = entry.room;
      const decides = DECIDING_ROOMS.has(room);
      lines.push('', `## ${room}`, '', `| code | stage |${decides ? ' about |' : ''} who can act | meaning | next step |`, `|---|---|${decides ? '---|' : ''}---|---|---|`);
    }
    lines.push(`| \`${code}\` | ${entry.stage} |${aboutCell(code, entry)} ${RETRY_WORDS[entry.retry]} | ${entry.meaning} | ${entry.nextStep} |`);
  }
  return `${lines.join('\n')}\n`;
}

function aboutCell(code: string, entry: FaultEntry & { readonly room: string }): string {
  if (!DECIDING_ROOMS.has(entry.room)) return '';
  const about = reasonClassOf(code, entry);
  if (about === undefined) throw new Error(`${code} is a reason of a sealed room and has no class`);
  return ` ${CLASS_WORDS[about]} |`;
}
