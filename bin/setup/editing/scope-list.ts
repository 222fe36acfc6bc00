import { closest } from '../../../lib/manifest/problems';

/** Where `forge install` can put an app (the Forge CLI's reference of `install --product`). */
export const PRODUCTS = ['jira', 'confluence', 'compass', 'bitbucket'] as const;

export type Product = (typeof PRODUCTS)[number];

/**
 * Other names that scopes have for parts of a product: assets (`cmdb`) and the service desk come with Jira Service
 * Management, which apps are installed into as Jira.
 */
const PARTS: Readonly<Record<Product, readonly string[]>> = {
  jira: ['servicedesk', 'servicemanagement', 'cmdb'],
  confluence: [],
  compass: [],
  bitbucket: [],
};

/** How many scopes a search shows. */
const SHOWN = 15;

/** Whether `scope` is about `product`, by its last part: `read:page:confluence`, `read:jira-work`. */
export function isScopeOf(scope: string, product: Product): boolean {
  const [action = '', ...rest] = scope.split(':');
  // search:confluence has no more than these two.
  const subject = rest.at(-1) ?? action;
  return [product, ...PARTS[product]].some((name) => subject === name || subject.startsWith(`${name}-`));
}

/** The product that most of `scopes` are about; the earlier one of {@link PRODUCTS} where two have as many. */
export function productOf(scopes: readonly string[]): Product | undefined {
  const counted = PRODUCTS.map((product) => ({
    product,
    count: scopes.filter((scope) => isScopeOf(scope, product)).length,
  }));
  return counted.filter(({ count }) => count > 0).toSorted((a, b) => b.count - a.count)[0]?.product;
}

/**
 * The scopes of `list` with every one of `words` in them, for a person to read: those of `product`, or all where it has
 * none. `undefined`: there is none.
 */
export function searchScopes(list: readonly string[], words: readonly string[], product: Product): string | undefined {
  const found = list.filter((scope) => words.every((word) => scope.includes(word.toLowerCase())));
  const ofProduct = found.filter((scope) => isScopeOf(scope, product));
  const shown = ofProduct.length > 0 ? ofProduct : found;
  if (shown.length === 0) return undefined;
  const more = shown.length - SHOWN;
  return [
    ...shown.slice(0, SHOWN).map((scope) => `  ${scope}`),
    ...(more > 0 ? [`  and ${more} more: search with a second word`] : []),
  ].join('\n');
}

/** What is wrong with `scope`, which is not in `list`, and what was probably meant. */
export function unknownScope(scope: string, list: readonly string[]): string {
  const meant = closest(scope, list);
  const hint = meant === undefined ? 'To search the list, give a word, such as "page".' : `Did you mean ${meant}?`;
  return `${scope} is not in Atlassian's list of scopes. ${hint}`;
}
