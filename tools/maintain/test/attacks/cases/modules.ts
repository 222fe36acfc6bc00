import { type Attack, type BuildEvent, withToken } from '../support/attack';
import { STRATEGIES, UNINSTALL_PATH } from '../support/stage';

/** Tokens that Forge signed for this app, for something else than the call that they are used for: by theme. */
const FOREIGN_MODULES: readonly (readonly [name: string, claims: Readonly<Record<string, unknown>>])[] = [
  ['of a macro', { 'app.module': { type: 'xen:macro', key: 'panel' } }],
  ['of an issue panel that the manifest does not know', { 'app.module': { type: 'jira:issuePanel', key: 'new' } }],
  ['of a function', { 'app.module': { type: 'core:function', key: 'resolver' } }],
  ['of a module known to be none of ours', { 'app.module': { type: 'core:endpoint', key: 'panel' } }],
  ['of a module none of ours, in the context alone', { context: { moduleKey: 'panel' } }],
  ['of no type of the platform', { 'app.module.type': 'endpoint' }],
  ['of a type in a list', { 'app.module.type': ['core:endpoint'] }],
  ['in words', { 'app.module': 'core:endpoint' }],
];

/** Who invoked a UI module. */
const PRINCIPALS: readonly (readonly [name: string, principal: unknown])[] = [
  ['an account id', '557058:11111111-2222-3333-4444-555555555555'],
  ['an object', { accountId: 'user' }],
  ['an empty string', ''],
  ['false', false],
  ['zero', 0],
  ['a list', []],
];

const ROUTES = [
  ['the token route', (event: BuildEvent) => event],
  [
    'the uninstall route',
    (event: BuildEvent): BuildEvent =>
      (forge) => ({ ...Object(event(forge)), rawPath: UNINSTALL_PATH }),
  ],
] as const;

const everywhere: readonly Attack[] = ROUTES.flatMap(([route, at]) => [
  ...FOREIGN_MODULES.map(
    ([name, claims]): Attack => ({
      name: `a module ${name}, at ${route}`,
      reason: 'module-not-allowed',
      event: at(
        withToken({
          claims: { context: null, ...claims, ...(route === 'the uninstall route' && onUninstall(claims)) },
        }),
      ),
    }),
  ),
  ...PRINCIPALS.map(
    ([name, principal]): Attack => ({
      name: `a principal that is ${name}, at ${route}`,
      reason: 'principal-not-allowed',
      event: at(withToken({ claims: { principal } })),
    }),
  ),
]).concat([
  {
    name: 'the token of the scheduled trigger at the uninstall route, which would delete the slot',
    reason: 'module-not-allowed',
    event: at(ROUTES[1], withToken({})),
  },
  {
    name: "the uninstall's token at the token route",
    reason: 'module-not-allowed',
    event: withToken({ claims: { 'app.module': { type: 'core:endpoint', key: 'goodbye' }, context: null } }),
  },
]);

/** Each of them, however slots are kept. */
export const modules: readonly Attack[] = STRATEGIES.flatMap((strategy) =>
  everywhere.map((attack) => ({ ...attack, name: `${attack.name} (${strategy})`, stage: { strategy } })),
);

function at([, move]: (typeof ROUTES)[number], event: BuildEvent): BuildEvent {
  return move(event);
}

/** A key of that route, where the attack itself names none. */
function onUninstall(claims: Readonly<Record<string, unknown>>) {
  return 'app.module' in claims || 'context' in claims ? {} : { 'app.module.key': 'goodbye' };
}
