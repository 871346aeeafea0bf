import { CATALOGUE_RELEASED, modelCatalogue } from '../models/model-catalogue.ts';

/** The networks that this version runs, as evidence has to name them. */
export interface ModelsInForce {
  readonly released: string;
  readonly sha256: Readonly<Record<string, string>>;
}

export const modelsInForce: ModelsInForce = {
  released: CATALOGUE_RELEASED,
  sha256: Object.fromEntries(Object.entries(modelCatalogue).map(([name, { sha256 }]) => [name, sha256])),
};
