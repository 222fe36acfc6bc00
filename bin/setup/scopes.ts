import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { closest } from '../../lib/manifest/problems';
import { messageOf } from '../command';

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

/** The problem with a `scope` that is not in `list`, and what was probably meant. */
export function unknownScopeProblem(scope: string, list: readonly string[]): string {
  const meant = closest(scope, list);
  const hint = meant === undefined ? 'To search the list, give a word, such as "page".' : `Did you mean ${meant}?`;
  return `${scope} is not in Atlassian's list of scopes. ${hint}`;
}

/**
 * The list that Atlassian's own validator of manifests goes by (PermissionsValidator). The package exports its entry
 * point only, so the list is found from there.
 */
const PACKAGE = '@forge/manifest';
const LIST = 'scopes/shipyard-scopes.json';

/**
 * Every scope that a manifest may ask for, from Atlassian's package. It is read only when it is called: the package is
 * large, and a development dependency.
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
  if (!Array.isArray(list)) throw new Error(`Atlassian's list of scopes (${PACKAGE}: ${LIST}) is no list any more.`);
  const scopes = list.filter((scope): scope is string => typeof scope === 'string');
  return [...new Set(scopes)];
}

/** How the paths of a product's API begin. Those of Compass are in GraphQL. */
const PATHS: readonly (readonly [Product, RegExp])[] = [
  ['confluence', /^\/wiki\//],
  ['jira', /^\/rest\//],
  ['bitbucket', /^\/2\.0\//],
];

/** A call of a product that the app's token is not for. */
export interface ForeignCall {
  readonly product: Product;
  /** As it is written. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/**
 * The first call of each product in a job that none of `scopes` is about, by the paths that are written in it. A path that
 * is put together is not seen.
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
