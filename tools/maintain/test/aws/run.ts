/**
 * npm run test:aws -- --endpoint URL: a stage's life and the rules of AWS's services, against any AWS on this machine. What
 * follows the flags goes to jest.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ENDPOINT_ENV } from './endpoint';

const USAGE = `npm run test:aws -- --endpoint URL [--functions here|there]

  --endpoint   an emulated AWS on this machine, such as http://127.0.0.1:4566, bootstrapped for the CDK:
               AWS_ENDPOINT_URL=URL npx cdk bootstrap
  --functions  here (the default): the code that was deployed runs on this machine, with the endpoint for its AWS.
               there: the endpoint runs it, and Forge calls the deployed Function URL. The functions must reach 127.0.0.1

It deploys a stack, calls it, updates it and deletes it, and makes secrets and tables of its own.`;

function main(words: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: { endpoint: { type: 'string' }, functions: { type: 'string', default: 'here' } },
    allowPositionals: true,
  });
  const { endpoint = '', functions } = values;
  if (!isOnThisMachine(endpoint) || !['here', 'there'].includes(functions)) {
    console.error(`--endpoint is ${endpoint || 'missing'}, --functions is ${functions}.\n\n${USAGE}`);
    return 2;
  }
  console.log(`AWS at ${endpoint}`);
  if (functions === 'here') {
    console.log('The Function URL is not called: the code that was deployed runs on this machine (--functions there).');
  }
  const jest = [
    require.resolve('jest/bin/jest'),
    '--config',
    `${__dirname}/jest.config.js`,
    '--verbose',
    ...positionals,
  ];
  const env = {
    ...process.env,
    [ENDPOINT_ENV.url]: endpoint.replace(/\/$/, ''),
    [ENDPOINT_ENV.functions]: functions,
  };
  return spawnSync(process.execPath, jest, { stdio: 'inherit', env }).status ?? 1;
}

/** It deploys and deletes: nothing that could be a real account. */
function isOnThisMachine(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { hostname } = new URL(endpoint);
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127(\.\d+){3}$/.test(hostname) ||
    hostname.endsWith('.localhost')
  );
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  process.exitCode = 2;
}
