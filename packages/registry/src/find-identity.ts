import type { LevelOfAssurance, PrintedDocument, PrintedIdentity } from '@visavis/contract';
import type pg from 'pg';
import type { Registry } from './registry.ts';

/** An identity that lives. There is no place here for an image or a template. */
export interface ActiveIdentity {
  readonly identityId: string;
  readonly person: PrintedIdentity;
  readonly document: PrintedDocument;
  readonly levelOfAssurance: LevelOfAssurance;
  readonly pathway: 'face' | 'counter';
  readonly createdAt: string;
}

interface Row {
  identity_id: string;
  family_name: string;
  given_names: string;
  date_of_birth: string;
  sex: PrintedIdentity['sex'];
  nationality: string;
  document_type: PrintedDocument['type'];
  document_issuing_state: string;
  document_number: string;
  document_expiry: string;
  level_of_assurance: LevelOfAssurance;
  pathway: 'face' | 'counter';
  created_at: Date;
}

/** @param queryable the pool, or a transaction's client so that it sees what the transaction made */
export async function findIdentity(queryable: Pick<pg.Pool | pg.PoolClient, 'query'>, identityId: string): Promise<ActiveIdentity | undefined> {
  // Calendar dates are read as text: a driver's Date would shift them by the server's time zone.
  const { rows } = await queryable.query<Row>(
    `SELECT identity_id, family_name, given_names, date_of_birth::text, sex, nationality, document_type, document_issuing_state,
            document_number, document_expiry::text, level_of_assurance, pathway, created_at
     FROM identities WHERE identity_id = $1 AND state = 'active'`,
    [identityId],
  );
  const row = rows[0];
  return (
    row && {
      identityId: row.identity_id,
      person: { familyName: row.family_name, givenNames: row.given_names, dateOfBirth: row.date_of_birth, sex: row.sex, nationality: row.nationality },
      document: { type: row.document_type, issuingState: row.document_issuing_state, documentNumber: row.document_number, dateOfExpiry: row.document_expiry },
      levelOfAssurance: row.level_of_assurance,
      pathway: row.pathway,
      createdAt: row.created_at.toISOString(),
    }
  );
}

/** Whether the document of an identity may still be used: asked at enrolment and again at each sign-in. */
export async function documentUsability(registry: Registry, document: PrintedDocument): Promise<'usable' | 'expired' | 'lostOrStolen'> {
  // A document is valid through its last printed day, wherever on Earth that day ends last (UTC-12).
  const lastsUntilMs = Date.parse(`${document.dateOfExpiry}T23:59:59Z`) + 12 * 3600 * 1000;
  if (lastsUntilMs < registry.clock()) return 'expired';
  return (await registry.documentRegister.status(document)) === 'lostOrStolen' ? 'lostOrStolen' : 'usable';
}
