import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifest } from '../../../lib/manifest/document';
import { OWNED_FILES } from '../../support/fixture-fork';

/** A manifest.yml as the template has it. */
export const TEMPLATE = readFileSync(join(OWNED_FILES, 'manifest.yml'), 'utf8');

export const APP_ID = 'ari:cloud:ecosystem::app/8db33309-9ba4-4d1b-9a8f-2a1d0e4b5c6d';

/** A small manifest that is right in every way. */
export const GOOD = `app:
  id: ${APP_ID}
  runtime:
    name: nodejs24.x
modules:
  scheduledTrigger:
    - key: hourly
      endpoint: token
      interval: hour
  endpoint:
    - key: token
      remote: aws
      route:
        path: /forge/token
      auth:
        appSystemToken:
          enabled: true
permissions:
  scopes:
    - read:app-system-token
    - read:space:confluence
remotes:
  - key: aws
    baseUrl: https://abc.lambda-url.eu-central-1.on.aws
    operations:
      - compute
    storage:
      inScopeEUD: false
`;

/** `text`, parsed under the name that errors have in tests. */
export const documentOf = (text: string) => parseManifest(text, 'manifest.yml');

/** `text` with each `[from, to]` applied; fails if one is not in it exactly once, so that no test changes nothing. */
export function edited(text: string, ...changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((result, [from, to]) => {
    const parts = result.split(from);
    if (parts.length !== 2)
      throw new Error(`${JSON.stringify(from)} is ${parts.length - 1} times in the text, not once`);
    return parts.join(to);
  }, text);
}

/** The number of the first line that contains `part`, from 1. */
export function lineOf(text: string, part: string): number {
  const index = text.split('\n').findIndex((line) => line.includes(part));
  if (index === -1) throw new Error(`No line contains ${JSON.stringify(part)}`);
  return index + 1;
}

/** How a manifest names a variable. */
export const variable = (name: string): string => `\${${name}}`;
