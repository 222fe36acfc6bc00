import { parseOptions } from '../command';
import { MANIFEST_FILE, OUTPUTS_FILE } from '../project';

/** `--exports -`: to standard output. */
export const STANDARD_OUTPUT = '-';

export const USAGE = `Usage: npm run manifest -- [options]

Writes the deployed URL into the remotes entry of manifest.yml, and says what that means for the app's version.

  --stage <name>     stage that was deployed (default: the only one in the outputs file)
  --outputs <file>   what "cdk deploy --outputs-file" wrote (default: ${OUTPUTS_FILE})
  --manifest <file>  manifest to edit (default: ${MANIFEST_FILE})
  --check            write nothing; exit with 1 if the manifest has another URL
  --remove-regions   remove from baseUrl the regions that the stage doesn't have (a new major version)
  --everywhere       write the URL also where else the one that it replaces is, such as in permissions.external; without
                     it, those places are named
  --exports <file>   where baseUrl uses manifest variables: write their values for the stage into <file>, to be
                     sourced before "forge deploy"; "-" is standard output
  --deployed <file>  manifest, in YAML or JSON, that was deployed last (default: manifest.yml in git's HEAD)
  --forbid-major     exit with 1, and write nothing, if admins would have to consent to the new version
  --help             show this text

The form of baseUrl in the manifest says what is written:

  a URL              is replaced. A stage with several regions turns it into a map.
  a map of regions   gets the URL of each region of the stage; new ones are added after the last one.
  \${VARIABLE}        stays, in either. The default of the variable under environment.variables is replaced, and the
                     "export" lines of every stage in the outputs file are shown: set one stage's before
                     "forge deploy -e <environment>", and one manifest serves all stages.`;

export interface Flags {
  readonly stage?: string;
  readonly outputs: string;
  readonly manifest: string;
  readonly check: boolean;
  readonly 'remove-regions': boolean;
  readonly everywhere: boolean;
  readonly exports?: string;
  readonly deployed?: string;
  readonly 'forbid-major': boolean;
  readonly help: boolean;
}

/** @throws {UsageError} */
export function parseFlags(argv: readonly string[]): Flags {
  return parseOptions(argv, {
    stage: { type: 'string' },
    outputs: { type: 'string', default: OUTPUTS_FILE },
    manifest: { type: 'string', default: MANIFEST_FILE },
    check: { type: 'boolean', default: false },
    'remove-regions': { type: 'boolean', default: false },
    everywhere: { type: 'boolean', default: false },
    exports: { type: 'string' },
    deployed: { type: 'string' },
    'forbid-major': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  });
}
