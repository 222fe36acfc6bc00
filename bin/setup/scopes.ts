import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { closest } from '../../lib/manifest/problems';
import { messageOf } from '../command';

/** Products that an app can be installed into (the Forge CLI's reference of `install --product`). */
export const PRODUCTS = ['jira', 'confluence', 'compass', 'bitbucket'] as const;

export type Product = (typeof PRODUCTS)[number];

/**
 * Parts of a product with their own names in scopes. Assets (`cmdb`) and the service desk belong to Jira Service Management,
 * into which apps are installed as into Jira.
 */
const PARTS: Readonly<Record<Product, readonly string[]>> = {
  jira: ['servicedesk', 'servicemanagement', 'cmdb'],
  confluence: [],
  compass: [],
  bitbucket: [],
};

/** How many scopes a search shows. */
const MOST_SHOWN = 15;

/** Whether `scope` belongs to `product`, by its last part: `read:page:confluence`, `read:jira-work`. */
export function isScopeOf(scope: string, product: Product): boolean {
  const [action = '', ...rest] = scope.split(':');
  // search:confluence has only two parts.
  const subject = rest.at(-1) ?? action;
  return [product, ...PARTS[product]].some((name) => subject === name || subject.startsWith(`${name}-`));
}

/** The product that most of `scopes` belong to; of two with as many, the first in {@link PRODUCTS}. */
export function productOf(scopes: readonly string[]): Product | undefined {
  const counted = PRODUCTS.map((product) => ({
    product,
    count: scopes.filter((scope) => isScopeOf(scope, product)).length,
  }));
  return counted.filter(({ count }) => count > 0).toSorted((a, b) => b.count - a.count)[0]?.product;
}

/**
 * Lines with the scopes of `list` that contain all `words`: those of `product`, or if it has none, all. `undefined` if there
 * are none.
 */
export function searchScopes(list: readonly string[], words: readonly string[], product: Product): string | undefined {
  const found = list.filter((scope) => words.every((word) => scope.includes(word.toLowerCase())));
  const ofProduct = found.filter((scope) => isScopeOf(scope, product));
  const shown = ofProduct.length > 0 ? ofProduct : found;
  if (shown.length === 0) return undefined;
  const more = shown.length - MOST_SHOWN;
  return [
    ...shown.slice(0, MOST_SHOWN).map((scope) => `  ${scope}`),
    ...(more > 0 ? [`  and ${more} more: search with a second word`] : []),
  ].join('\n');
}

/** The problem with a `scope` that is not in `list`, with a suggestion. */
export function unknownScopeProblem(scope: string, list: readonly string[]): string {
  const meant = closest(scope, list);
  const hint = meant === undefined ? 'To search the list, enter a word, such as "page".' : `Did you mean ${meant}?`;
  return `${scope} is not in Atlassian's list of scopes. ${hint}`;
}

/**
 * The list that Atlassian's own manifest validator uses (PermissionsValidator). It is found relative to the package's entry
 * point, because the package doesn't export it.
 */
const PACKAGE = '@forge/manifest';
const LIST = 'scopes/shipyard-scopes.json';

/**
 * All scopes that a manifest may request, from Atlassian's package. Not read before it is needed: the package is large, and
 * only a development dependency.
 */
export function loadAtlassianScopes(): readonly string[] {
  let list: unknown;
  try {
    list = JSON.parse(readFileSync(join(dirname(require.resolve(PACKAGE)), LIST), 'utf8'));
  } catch (error) {
    throw new Error(
      `Atlassian's list of scopes can't be read. Run "npm ci", then the setup again. (${messageOf(error)})`,
    );
  }
  if (!Array.isArray(list)) throw new Error(`Atlassian's list of scopes (${PACKAGE}: ${LIST}) is not a list.`);
  const scopes = list.filter((scope): scope is string => typeof scope === 'string');
  return [...new Set(scopes)];
}

/** How API paths of the products begin. Compass has only GraphQL. */
const PATHS: readonly (readonly [Product, RegExp])[] = [
  ['confluence', /^\/wiki\//],
  ['jira', /^\/rest\//],
  ['bitbucket', /^\/2\.0\//],
];

/** A call to a product that the scopes don't cover. */
export interface ForeignCall {
  readonly product: Product;
  /** As written in the job. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/**
 * Finds the first call to each product that `scopes` don't cover, by the path literals in the job. Misses paths that are
 * built from parts.
 */
export function foreignCalls(job: string, scopes: readonly string[]): ForeignCall[] {
  const calls = job.split('\n').flatMap((text, index) =>
    [...text.matchAll(/['"`](\/[\w./-]+)/g)].flatMap(([, path = '']) => {
      const product = PATHS.find(([, start]) => start.test(path))?.[0];
      return product === undefined ? [] : [{ product, path, line: index + 1 }];
    }),
  );
  return calls.filter(
    ({ product }, index) =>
      !scopes.some((scope) => isScopeOf(scope, product)) &&
      calls.findIndex((other) => other.product === product) === index,
  );
}
