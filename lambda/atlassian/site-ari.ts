import type { AppToken } from '../slots/token-source';
import { SiteUnknown } from './errors';

/** API base URLs of products with sites: `https://api.atlassian.com/ex/<product>/<cloudId>`. */
const PRODUCT_PATH = /^\/ex\/(?<product>[^/]+)\/(?<cloudId>[^/]+)/;

/**
 * The ARI of the site that the installation's API base URL is for, `ari:cloud:<product>::site/<cloudId>`. An installation
 * may cover more than one product, and its ARI names the product too: that of another one is refused.
 *
 * @throws {SiteUnknown} when the contexts have none
 */
export function siteAriOf({ apiBaseUrl, contexts }: AppToken): string {
  const { product, cloudId } = PRODUCT_PATH.exec(new URL(apiBaseUrl).pathname)?.groups ?? {};
  const ofProduct = contexts.filter(({ name }) => name.toLowerCase() === product);
  const aris = ofProduct.flatMap(({ siteAri }) => (siteAri === undefined ? [] : [siteAri]));
  const ari = aris.find((one) => one.endsWith(`::site/${cloudId}`)) ?? aris[0];
  if (ari !== undefined) return ari;
  throw new SiteUnknown(
    apiBaseUrl,
    contexts.map(({ name, siteAri }) => (siteAri === undefined ? `${name} (without a site)` : name)),
  );
}
