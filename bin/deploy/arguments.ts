import { parseArgs } from 'node:util';
import { CONFIG_FILE, MANIFEST_COPY, OUTPUTS_FILE } from '../project';

/** What a first deployment may run into, and what to do then. */
export const FAILURES_PAGE = 'docs/first-deployment.md';

export const USAGE = `Usage: npm run deploy -- --stage <name> [--unprotect-failed] [arguments of cdk deploy]

Deploys every stack of a stage, then writes its URL into manifest.yml. ${OUTPUTS_FILE} keeps what the other stages'
deploys have written there. For example:

  npm run deploy -- --stage dev --require-approval never

A stack whose first deployment failed is empty, and made anew. Where termination protection forbids that, the command asks
whether to switch it off first; --unprotect-failed says yes. Why deployments fail: ${FAILURES_PAGE}

A rehearsal: with AWS_ENDPOINT_URL at an emulated AWS on this machine, such as awsEndpointUrl of "npm run local -- --serve",
it deploys there, with no credentials of yours, and writes ${MANIFEST_COPY}, a copy, in place of manifest.yml.`;

/** Takes what is ours out of the command line; the rest is for the cdk CLI, untouched. What both need is only looked at. */
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
  // What cdk shows otherwise, a bar, needs the terminal itself.
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
