import type { BundledPackage } from './bundled-packages';

const HEADING = `Forge Remote on AWS

Licensed under the Apache License, Version 2.0: see LICENSE.

The functions are deployed with code of the packages below, which have licences of their own. The text of each is where
it says, once "npm ci" has run. "npm run notice" writes this file; a test compares it with what is bundled.
`;

/** The text of the file NOTICE. */
export const formatNotice = (packages: readonly BundledPackage[]): string =>
  [HEADING, ...packages.map(formatPackage)].join('\n');

const formatPackage = ({ name, version, licence, text, functions }: BundledPackage) => `${name} ${version}
  licence: ${licence}
  text:    ${text ?? `none in the package; see https://www.npmjs.com/package/${name}/v/${version}`}
  in:      ${functions.join(', ')}
`;
