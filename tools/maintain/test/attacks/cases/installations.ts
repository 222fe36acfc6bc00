import { goodClaims, INSTALLATION } from '../../../../../test/support/forge-call';
import { type Attack, withClaim } from '../support/attack';

const ARI = goodClaims().app.installationId;
const ANOTHER = 'ari:cloud:ecosystem::installation/00000000-0000-4000-8000-000000000000';

/** Ids that name no installation. */
const malformed: readonly Attack[] = (
  [
    ['the uuid alone', INSTALLATION.uuid],
    ['an ARI without an id', 'ari:cloud:ecosystem::installation/'],
    ['an ARI in upper case', ARI.toUpperCase()],
    ['an ARI with its uuid in upper case', `ari:cloud:ecosystem::installation/ABCDEF00-0000-4000-8000-000000000000`],
    ["an app's ARI", `ari:cloud:ecosystem::app/${INSTALLATION.uuid}`],
    ["a site's ARI", `ari:cloud:confluence::site/${INSTALLATION.cloudId}`],
    ['an ARI with a path', `${ARI}/../other`],
    ['an ARI with a space after it', `${ARI} `],
    ['an ARI with a newline after it', `${ARI}\n`],
    ['an ARI with a NUL after it', `${ARI}\0`],
    ['an ARI after a newline', `\n${ARI}`],
    ['two ARIs', `${ARI},${ANOTHER}`],
    ['a uuid without dashes', ARI.replaceAll('-', '')],
    ['a uuid in braces', ARI.replace(INSTALLATION.uuid, `{${INSTALLATION.uuid}}`)],
    ['a uuid that is too long', `${ARI}0`],
    ['digits of another script', ARI.replace(/[0-9a-f]{12}$/, '٠'.repeat(12))],
    ['a wildcard', 'ari:cloud:ecosystem::installation/*'],
  ] as const
).map(([what, value]) => ({
  name: `app.installationId is ${what}`,
  reason: 'installation-malformed',
  event: withClaim('app.installationId', value),
}));

/** Two places say which installation it is: they have to agree. */
const contradicting: readonly Attack[] = (
  [
    ['another one', ANOTHER],
    ['the uuid alone', INSTALLATION.uuid],
    ['in upper case', ARI.toUpperCase()],
    ['empty', ''],
    ['a number', 1],
    ['in an array', [ARI]],
    ['an object', { id: ARI }],
  ] as const
).map(([what, value]) => ({
  name: `app.installation.id is ${what}`,
  reason: 'claim-invalid',
  event: withClaim('app.installation.id', value),
}));

export const installations: readonly Attack[] = [
  ...malformed,
  ...contradicting,
  {
    name: 'app.installationId is another one than app.installation.id',
    reason: 'claim-invalid',
    event: withClaim('app.installationId', ANOTHER),
  },
];
