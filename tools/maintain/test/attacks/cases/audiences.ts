import { APP_ID } from '../../../../../test/support/forge-call';
import { type Attack, withToken } from '../support/attack';
import { byForge } from '../support/token';

const ANOTHER_APP = 'ari:cloud:ecosystem::app/00000000-0000-4000-8000-000000000000';

/** Audiences that are not the app, the whole app and nothing but the app. */
export const audiences: readonly Attack[] = (
  [
    ["another app's", ANOTHER_APP],
    ['an array with the app first', [APP_ID, ANOTHER_APP]],
    ['an array with the app last', [ANOTHER_APP, APP_ID]],
    ['an array with the app twice', [APP_ID, APP_ID]],
    ['an array in an array', [[APP_ID]]],
    ['an array of other apps', [ANOTHER_APP]],
    ['an object with the app as its key', { [APP_ID]: true }],
    ['two apps in a string', `${APP_ID} ${ANOTHER_APP}`],
    ['two apps with a comma', `${ANOTHER_APP},${APP_ID}`],
    ['the start of the app id', APP_ID.slice(0, -1)],
    ['the app id and more', `${APP_ID}0`],
    ['the app id with a slash after it', `${APP_ID}/`],
    ['the app id in upper case', APP_ID.toUpperCase()],
    ['the uuid alone', APP_ID.split('/')[1]],
    ['the app id with a space before it', ` ${APP_ID}`],
    ['the app id with a newline after it', `${APP_ID}\n`],
    ['the app id with a NUL after it', `${APP_ID}\0`],
    ['the app id with an invisible space in it', APP_ID.replace('/', '/\u200b')],
    ['the app id with full-width letters', APP_ID.replace('ari', 'ａｒｉ')],
    ['a pattern that matches every app', 'ari:cloud:ecosystem::app/*'],
    ['the word undefined', 'undefined'],
  ] as const
)
  .map(
    ([what, aud]): Attack => ({
      name: `aud is ${what}`,
      reason: 'audience-wrong',
      event: withToken({ claims: { aud } }),
    }),
  )
  .concat([
    {
      name: "another app's token, which is good there",
      reason: 'audience-wrong',
      event: withToken({ claims: { aud: ANOTHER_APP, 'app.id': ANOTHER_APP }, sign: byForge }),
    },
  ]);
