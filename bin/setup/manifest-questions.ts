import type { Interval } from '../../lambda/contract/routes';
import { APP_ARI } from '../../lambda/contract/settings';
import { DELIVERED_LIFE_MINUTES } from '../../lambda/contract/slot';
import { PLACEHOLDER_APP_ID, SYSTEM_TOKEN_SCOPE } from '../../lib/manifest/app';
import { didYouMean } from '../../lib/manifest/problems';
import { INTERVALS, keepsTokenAlive, parseInterval } from '../../lib/manifest/triggers';
import type { Question } from './conversation';
import type { ManifestSettings } from './editing/manifest-settings';
import { isScopeOf, PRODUCTS, type Product, productOf, searchScopes, unknownScopeProblem } from './scopes';

/** Answer for an app that is not registered yet. */
const LATER = 'later';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The app's id. `undefined`: there is none yet, and manifest.yml keeps the template's. */
export function appIdQuestion({ appId }: ManifestSettings): Question<string | undefined> {
  const isRegistered = appId !== undefined && appId !== PLACEHOLDER_APP_ID && APP_ARI.test(appId);
  return {
    name: 'app-id',
    explanation: isRegistered
      ? 'App id: which app the calls have to be for.'
      : `App id: which app the calls have to be for. "forge register" gives you one, and writes it into manifest.yml.\nNot registered yet? "${LATER}" leaves it open.`,
    label: 'App id',
    initial: isRegistered ? appId : LATER,
    parse: (answer) => {
      if (answer === LATER) {
        if (!isRegistered) return { value: undefined };
        return { problem: `manifest.yml has the id of an app already, ${appId}: give that, or another one.` };
      }
      const id = UUID.test(answer) ? `ari:cloud:ecosystem::app/${answer.toLowerCase()}` : answer;
      if (id === PLACEHOLDER_APP_ID) {
        return { problem: `That is the template's, which no app has. Run "forge register", or answer ${LATER}.` };
      }
      if (APP_ARI.test(id)) return { value: id };
      return { problem: 'It must be ari:cloud:ecosystem::app/<uuid>, the uuid in lower case, or the uuid alone.' };
    },
  };
}

/**
 * What the app is installed into.
 *
 * @param givenScopes answer to the next question, if there is one already
 */
export function productQuestion({ scopes, compatibility }: ManifestSettings, givenScopes?: string): Question<Product> {
  const allowed = PRODUCTS.filter((product) => compatibility.length === 0 || compatibility.includes(product));
  const guess = productOf(givenScopes === undefined ? scopes : wordsOf(givenScopes));
  return {
    name: 'product',
    explanation: `Product: what the app is installed into, and whose API its token is for. Nothing is written for it: Forge goes by the scopes, which come next. One of ${PRODUCTS.join(', ')}.`,
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
 * All scopes but `read:app-system-token`.
 *
 * @param list Atlassian's
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
    explanation: `Scopes: what the token may do in ${product}. ${SYSTEM_TOKEN_SCOPE} is always there; give all others, with commas between. One that the app did not have is a new major version, which admins must consent to.
A word searches Atlassian's list, ${count} of whose ${list.length} are for ${product}: "page", or "read user".`,
    label: 'Scopes',
    initial: hasProduct ? current.join(', ') : undefined,
    parse: (answer) => {
      const words = wordsOf(answer);
      if (words.every((word) => !word.includes(':'))) {
        const found = searchScopes(list, words, product);
        return found === undefined
          ? { found: `  No scope has ${words.map((word) => JSON.stringify(word)).join(' and ')} in it.` }
          : { found };
      }
      const unknown = words.find((scope) => !list.includes(scope));
      if (unknown !== undefined) return { problem: unknownScopeProblem(unknown, list) };
      const scopes = [...new Set(words)].filter((scope) => scope !== SYSTEM_TOKEN_SCOPE);
      if (scopes.some((scope) => isScopeOf(scope, product))) return { value: scopes };
      return {
        problem: `None of them is for ${product}, so the token would be good for nothing there. To find one, give a word, such as "read".`,
      };
    },
  };
}

export function intervalQuestion({ trigger }: ManifestSettings): Question<Interval> {
  const current = parseInterval(trigger?.interval);
  const allowed = INTERVALS.filter(keepsTokenAlive);
  const life = `may expire ${DELIVERED_LIFE_MINUTES / 60} hours after it came`;
  return {
    name: 'interval',
    explanation: `Interval: how often Forge calls the backend, with a token, and the job runs: ${allowed.toReversed().join(' or ')}. With ${INTERVALS.filter((interval) => !keepsTokenAlive(interval)).join(' and ')} there would be no valid token most of the time: one ${life}, and can't be asked for.`,
    label: 'Interval',
    initial: current !== undefined && keepsTokenAlive(current) ? current : 'hour',
    parse: (answer) => {
      const interval = parseInterval(answer);
      if (interval === undefined) {
        return { problem: `It must be ${allowed.toReversed().join(' or ')}.${didYouMean(answer, allowed)}` };
      }
      if (keepsTokenAlive(interval)) return { value: interval };
      return {
        problem: `A token ${life}, and nobody can ask Forge for the next one: once a ${interval} is too seldom. Use ${allowed.toReversed().join(' or ')}.`,
      };
    },
  };
}

const wordsOf = (answer: string): string[] => answer.split(/[\s,]+/).filter((word) => word !== '');
