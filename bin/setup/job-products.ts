import { isScopeOf, type Product } from './editing/scope-list';

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
