import type { Interval } from '../../lambda/contract/routes';
import { APP_ARI } from '../../lambda/contract/settings';
import { DELIVERED_LIFE_MINUTES } from '../../lambda/contract/slot';
import { PLACEHOLDER_APP_ID, SYSTEM_TOKEN_SCOPE } from '../../lib/manifest/app';
import { didYouMean } from '../../lib/manifest/problems';
import { INTERVALS, keepsTokenAlive, parseInterval } from '../../lib/manifest/triggers';
import type { Question } from './conversation';
import type { ManifestSettings } from './editing/manifest-settings';
import { isScopeOf, PRODUCTS, type Product, productOf, searchScopes, unknownScopeProblem } from './scopes';

/** The answer for an app that is not registered yet. */
const LATER = 'later';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The app's id. `undefined` keeps the template's in manifest.yml. */
export function appIdQuestion({ appId }: ManifestSettings): Question<string | undefined> {
  const isRegistered = appId !== undefined && appId !== PLACEHOLDER_APP_ID && APP_ARI.test(appId);
  return {
    name: 'app-id',
    explanation: isRegistered
      ? 'App id: the app whose calls are accepted.'
      : `App id: the app whose calls are accepted. "forge register" creates one and writes it into manifest.yml.\nIf the app is not registered yet, answer "${LATER}".`,
    label: 'App id',
    initial: isRegistered ? appId : LATER,
    parse: (answer) => {
      if (answer === LATER) {
        if (!isRegistered) return { value: undefined };
        return { problem: `manifest.yml already has the id of an app, ${appId}: give this one or another one.` };
      }
      const id = UUID.test(answer) ? `ari:cloud:ecosystem::app/${answer.toLowerCase()}` : answer;
      if (id === PLACEHOLDER_APP_ID) {
        return { problem: `This is the template's id, which no app has. Run "forge register", or answer ${LATER}.` };
      }
      if (APP_ARI.test(id)) return { value: id };
      return { problem: 'It must be ari:cloud:ecosystem::app/<uuid>, the uuid in lower case, or the uuid alone.' };
    },
  };
}

/**
 * The product that the app is installed into.
 *
 * @param givenScopes the answer to the next question, if an option gives it
 */
export function productQuestion({ scopes, compatibility }: ManifestSettings, givenScopes?: string): Question<Product> {
  const allowed = PRODUCTS.filter((product) => compatibility.length === 0 || compatibility.includes(product));
  const guess = productOf(givenScopes === undefined ? scopes : wordsOf(givenScopes));
  return {
    name: 'product',
    explanation: `Product: what the app is installed into, and whose API its token is for. One of ${PRODUCTS.join(', ')}. It is not written anywhere: Forge decides by the scopes, which come next.`,
    label: 'Product',
    initial: guess !== undefined && allowed.includes(guess) ? guess : allowed[0],
    parse: (answer) => {
      const product = PRODUCTS.find((known) => known === answer.toLowerCase());
      if (product === undefined) {
        return { problem: `It must be one of ${PRODUCTS.join(', ')}.${didYouMean(answer, PRODUCTS)}` };
      }
      if (allowed.includes(product)) return { value: product };
      return {
        problem: `app.compatibility in manifest.yml has ${compatibility.join(', ')}, not ${product}: add it there first.`,
      };
    },
  };
}

/**
 * All scopes except `read:app-system-token`.
 *
 * @param list Atlassian's list of scopes
 */
export function scopesQuestion(
  { scopes: current }: ManifestSettings,
  product: Product,
  list: readonly string[],
): Question<readonly string[]> {
  const hasProduct = current.some((scope) => isScopeOf(scope, product));
  const count = list.filter((scope) => isScopeOf(scope, product)).length;
  return {
    name: 'scopes',
    explanation: `Scopes: what the token may do in ${product}. Give all scopes, separated by commas; ${SYSTEM_TOKEN_SCOPE} is always added. A new scope makes a new major version, and admins must consent to it.
To search Atlassian's list of ${list.length} scopes, ${count} of them for ${product}, enter words: "page", or "read user".`,
    label: 'Scopes',
    initial: hasProduct ? current.join(', ') : undefined,
    parse: (answer) => {
      const words = wordsOf(answer);
      if (words.every((word) => !word.includes(':'))) {
        const found = searchScopes(list, words, product);
        return found === undefined
          ? { found: `  No scope contains ${words.map((word) => JSON.stringify(word)).join(' and ')}.` }
          : { found };
      }
      const unknown = words.find((scope) => !list.includes(scope));
      if (unknown !== undefined) return { problem: unknownScopeProblem(unknown, list) };
      const scopes = [...new Set(words)].filter((scope) => scope !== SYSTEM_TOKEN_SCOPE);
      if (scopes.some((scope) => isScopeOf(scope, product))) return { value: scopes };
      return {
        problem: `None of them is for ${product}, so the token could do nothing there. To search for one, enter a word, such as "read".`,
      };
    },
  };
}

export function intervalQuestion({ trigger }: ManifestSettings): Question<Interval> {
  const current = parseInterval(trigger?.interval);
  const allowed = INTERVALS.filter(keepsTokenAlive);
  const life = `may expire ${DELIVERED_LIFE_MINUTES / 60} hours after its delivery`;
  return {
    name: 'interval',
    explanation: `Interval: how often Forge calls with a token and the job runs: ${allowed.toReversed().join(' or ')}. With ${INTERVALS.filter((interval) => !keepsTokenAlive(interval)).join(' or ')}, there would be no valid token most of the time: a token ${life}, and nobody can request one.`,
    label: 'Interval',
    initial: current !== undefined && keepsTokenAlive(current) ? current : 'hour',
    parse: (answer) => {
      const interval = parseInterval(answer);
      if (interval === undefined) {
        return { problem: `It must be ${allowed.toReversed().join(' or ')}.${didYouMean(answer, allowed)}` };
      }
      if (keepsTokenAlive(interval)) return { value: interval };
      return {
        problem: `Once a ${interval} is too rare: a token ${life}, and nobody can request one. Use ${allowed.toReversed().join(' or ')}.`,
      };
    },
  };
}

const wordsOf = (answer: string): string[] => answer.split(/[\s,]+/).filter((word) => word !== '');
