import { noCivilRegistry } from '@visavis/registry';
import { franceConnectMount, type Mount, strictMount } from '@visavis/signin';
import type { ServerConfiguration } from './configuration.ts';
import { createHttpCivilRegistry } from './http-civil-registry.ts';

/** The ways in which services may speak to this server. */
export const openMounts = ({ civilRegistryUrl }: Pick<ServerConfiguration, 'civilRegistryUrl'>): readonly Mount[] => [strictMount, franceConnectMount(civilRegistryUrl === undefined ? noCivilRegistry : createHttpCivilRegistry(civilRegistryUrl))];
