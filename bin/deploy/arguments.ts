import { parseArgs } from 'node:util';
import { CONFIG_FILE, MANIFEST_COPY, OUTPUTS_FILE } from '../project';

/** Page about failures of a first deployment. */
export const FAILURES_PAGE = 'docs/first-deployment.md';

export const USAGE = `Usage: npm run deploy -- --stage <name> [--unprotect-failed] [arguments of cdk deploy]

Deploys all stacks of a stage, then writes its URL into manifest.yml. ${OUTPUTS_FILE} keeps the outputs of other stages.
For example:

  npm run deploy -- --stage dev --require-approval never

A stack whose first deployment failed is empty, and is created again. If termination protection forbids that, the command
asks whether to switch it off; --unprotect-failed answers yes. Why deployments fail: ${FAILURES_PAGE}

Rehearsal: set AWS_ENDPOINT_URL to an emulated AWS on this machine, such as awsEndpointUrl of "npm run local -- --serve".
The command deploys there without your credentials, and writes ${MANIFEST_COPY} instead of manifest.yml.`;

/** Separates this command's own options from the arguments of the cdk CLI. Options that both need stay among the latter. */
export function parseDeployArguments(argv: readonly string[]) {
  const { tokens } = parseArgs({
    args: [...argv],
    options: {
      stage: { type: 'string' },
      'unprotect-failed': { type: 'boolean' },
      profile: { type: 'string' },
      context: { type: 'string', short: 'c' },
      help: { type: 'boolean', short: 'h' },
    },
    strict: false,
    tokens: true,
  });
  const options = tokens.filter((token) => token.kind === 'option');
  const ours = options
    .filter(({ name }) => name === 'stage' || name === 'unprotect-failed')
    .flatMap(({ index, inlineValue, value }) =>
      inlineValue !== false || value === undefined ? [index] : [index, index + 1],
    );
  const last = (name: string) => options.findLast((option) => option.name === name)?.value;
  const contexts = options.filter(({ name }) => name === 'context').map(({ value }) => value ?? '');
  // By default, cdk shows a progress bar, which needs the terminal itself.
  const hasProgress = options.some(({ name }) => name === 'progress');
  return {
    stage: last('stage'),
    configFile: contexts.findLast((text) => text.startsWith('config='))?.slice('config='.length) ?? CONFIG_FILE,
    profile: last('profile'),
    unprotectFailed: options.some(({ name }) => name === 'unprotect-failed'),
    cdkArguments: [
      ...(hasProgress ? [] : ['--progress', 'events']),
      ...argv.filter((_, index) => !ours.includes(index)),
    ],
    help: options.some(({ name }) => name === 'help'),
    ownOutputsFile: options.some(({ name }) => name === 'outputs-file' || name === 'O'),
  };
}
