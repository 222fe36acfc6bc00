import type { Delivery } from '../../../lambda/slots/slot-writer';
import { tokenExpiring } from './tokens';

/** Two installations. */
export const HOME = '0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70';
export const ELSEWHERE = 'b1946ac9-2492-4d23-8c01-2b0a7a1c9f00';

export const siteOf = (product: string) => ({ name: product, siteAri: `ari:cloud:${product}::site/1` });

/** What a verified call brings: this token, for an installation on a Confluence site. */
export const deliveryOf = (token: string, installation = HOME): Delivery => ({
  token,
  installation,
  installationId: `ari:cloud:ecosystem::installation/${installation}`,
  apiBaseUrl: 'https://api.atlassian.com/ex/confluence/1',
  contexts: [siteOf('confluence')],
});

/** The delivery of a new token that expires then. */
export const lastingUntil = async (expiresAtSeconds: number, installation?: string): Promise<Delivery> =>
  deliveryOf(await tokenExpiring(expiresAtSeconds), installation);
