import { type Attack, withToken } from '../support/attack';
import { byIsolatedCloud, byStranger } from '../support/token';

/** Key ids that nobody published, on a token that Forge's key signed. */
const notPublished: readonly Attack[] = [
  ['absent', undefined],
  ['null', null],
  ['the word null', 'null'],
  ['empty', ''],
  ['a space', ' '],
  ['a number', 0],
  ['true', true],
  ['an array', []],
  ['an object', {}],
  ['unknown', 'forge/invocation-token/00000000-0000-4000-8000-000000000000'],
  ['a path upwards', '../../etc/passwd'],
  ['a device', '/dev/null'],
  ['a URL', 'https://keys.attacker.example/jwks.json'],
  ['a file URL', 'file:///dev/null'],
  ['a quote and SQL', "x' UNION SELECT 'key' --"],
  ['a shell command', '$(id)'],
  ['a wildcard', '*'],
  ['one character longer than any looked up', 'k'.repeat(201)],
  ['huge', 'k'.repeat(7_000)],
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
  ['in unicode', 'forge/invocation-tökén/1'],
  ['a lone surrogate', '\ud800'],
].map(([what, kid]) => ({ name: `kid is ${what}`, reason: 'key-unknown', event: withToken({ header: { kid } }) }));

/** Nearly the one that is published. */
const nearby: readonly Attack[] = (
  [
    ['in an array', (kid) => [kid]],
    ['in upper case', (kid) => kid.toUpperCase()],
    ['without its last character', (kid) => kid.slice(0, -1)],
    ['with a character more', (kid) => `${kid}0`],
    ['with a space after it', (kid) => `${kid} `],
    ['with a newline after it', (kid) => `${kid}\n`],
    ['with a NUL after it', (kid) => `${kid}\0`],
    ['with a slash doubled', (kid) => kid.replace('/', '//')],
    ['with a dot segment', (kid) => `./${kid}`],
    ['percent-encoded', (kid) => encodeURIComponent(kid)],
    ['twice, with a comma', (kid) => `${kid},${kid}`],
  ] as readonly (readonly [string, (kid: string) => unknown])[]
).map(([what, change]) => ({
  name: `kid is the published one ${what}`,
  reason: 'key-unknown',
  event: withToken(({ commercial }) => ({ header: { kid: change(commercial.keyId) } })),
}));

export const keyIds: readonly Attack[] = [
  ...notPublished,
  ...nearby,
  {
    name: "kid is a stranger's, who signed",
    reason: 'key-unknown',
    event: withToken(({ stranger }) => ({ header: { kid: stranger.keyId }, sign: byStranger })),
  },
  {
    name: 'kid is of an Isolated Cloud, which signed, but the token has no label',
    reason: 'key-unknown',
    event: withToken(({ isolated }) => ({ header: { kid: isolated.keyId }, sign: byIsolatedCloud })),
    stage: { isolatedCloud: true },
  },
];
