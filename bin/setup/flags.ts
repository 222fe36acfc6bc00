import { parseOptions } from '../command';
import { CONFIG_FILE, MANIFEST_FILE } from '../project';

export const USAGE = `Usage: npm run setup -- [options]

Asks what manifest.yml and config.ts need, shows what would change, and writes it once you say yes.
An answer that is given as an option isn't asked for.

  --app-id <ari>       the id of the app, which "forge register" writes into manifest.yml; "later" while there is none
  --product <name>     what the app is installed into: jira, confluence, compass or bitbucket (default: by its scopes)
  --scopes <a,b>       what the app's token may do, out of Atlassian's list (read:app-system-token is added)
  --interval <name>    how often Forge brings a token: hour or fiveMinute
  --stage <name>       stage in config.ts that the next two are for
  --region <name>      AWS region, such as eu-central-1
  --email <a,b>        who gets the alarms; "none" for nobody
  --yes                write without asking
  --dry-run            show what would change, and write nothing
  --ask                ask even where standard input is not a terminal: one answer on each line
  --manifest <file>    manifest to edit (default: ${MANIFEST_FILE})
  --config <file>      configuration to edit (default: ${CONFIG_FILE})
  --help               show this text`;

/** Answers that were given on the command line. */
export interface GivenAnswers {
  readonly 'app-id'?: string;
  readonly product?: string;
  readonly scopes?: string;
  readonly interval?: string;
  readonly stage?: string;
  readonly region?: string;
  readonly email?: string;
}

/** A question, by the name of its option. */
export type QuestionName = keyof GivenAnswers;

export interface Flags extends GivenAnswers {
  readonly yes: boolean;
  readonly 'dry-run': boolean;
  readonly ask: boolean;
  readonly manifest: string;
  readonly config: string;
  readonly help: boolean;
}

/** @throws {UsageError} */
export const parseFlags = (argv: readonly string[]): Flags =>
  parseOptions(argv, {
    'app-id': { type: 'string' },
    product: { type: 'string' },
    scopes: { type: 'string' },
    interval: { type: 'string' },
    stage: { type: 'string' },
    region: { type: 'string' },
    email: { type: 'string' },
    yes: { type: 'boolean', short: 'y', default: false },
    'dry-run': { type: 'boolean', default: false },
    ask: { type: 'boolean', default: false },
    manifest: { type: 'string', default: MANIFEST_FILE },
    config: { type: 'string', default: CONFIG_FILE },
    help: { type: 'boolean', short: 'h', default: false },
  });
