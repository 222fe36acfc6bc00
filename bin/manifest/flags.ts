import { parseOptions } from '../command';
import { MANIFEST_FILE, OUTPUTS_FILE } from '../project';

/** `--exports -` writes to standard output. */
export const STANDARD_OUTPUT = '-';

export const USAGE = `Usage: npm run manifest -- [options]

Writes the deployed URL into the remotes entry of manifest.yml, and says whether that makes a new major version of the app.

  --stage <name>     stage that was deployed (default: the only one in the outputs file)
  --outputs <file>   the stack outputs that "npm run deploy" wrote (default: ${OUTPUTS_FILE})
  --manifest <file>  manifest to edit (default: ${MANIFEST_FILE})
  --check            write nothing, and exit with 1 if the manifest has another URL
  --remove-regions   remove regions that the stage doesn't have from baseUrl (a new major version)
  --everywhere       replace the old URL in all other places as well, such as in permissions.external. Without this
                     option, those places are only listed
  --exports <file>   if baseUrl uses manifest variables: write their values for the stage into <file>, to source before
                     "forge deploy"; "-" is standard output
  --deployed <file>  the manifest that was deployed last, in YAML or JSON (default: manifest.yml in git's HEAD)
  --forbid-major     exit with 1, and write nothing, if admins would have to consent to the new version
  --help             show this text

What is written depends on the form of baseUrl in the manifest:

  a URL              is replaced. If the stage has several regions, it becomes a map.
  a map of regions   gets the URL of each region of the stage. New regions are added at the end.
  \${VARIABLE}        stays, also in a map. Its default under environment.variables is replaced. The command also prints
                     "export" lines for every stage in the outputs file. Set those of one stage before
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
