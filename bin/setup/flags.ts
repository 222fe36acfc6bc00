import { parseOptions } from '../command';
import { CONFIG_FILE, MANIFEST_FILE } from '../project';

export const USAGE = `Usage: npm run setup -- [options]

Asks for the values that manifest.yml and config.ts need, shows the changes, and writes them once you confirm.
It doesn't ask for values that an option gives.

  --app-id <ari>       id of the app, which "forge register" writes into manifest.yml; "later" if there is none yet
  --product <name>     product of the app: jira, confluence, compass or bitbucket (default: guessed from the scopes)
  --scopes <a,b>       scopes of the app's token, from Atlassian's list (read:app-system-token is always added)
  --interval <name>    how often Forge delivers a token: hour or fiveMinute
  --stage <name>       stage in config.ts that the next two options change
  --region <name>      AWS region, such as eu-central-1
  --email <a,b>        who gets the alarms; "none" for nobody
  --yes                write without asking
  --dry-run            show the changes, and write nothing
  --ask                ask even if standard input is not a terminal: one answer per line
  --manifest <file>    manifest to edit (default: ${MANIFEST_FILE})
  --config <file>      configuration to edit (default: ${CONFIG_FILE})
  --help               show this text`;

/** Answers from the command line. */
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
