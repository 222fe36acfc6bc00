import { LOCAL_ACCOUNT, LOCAL_CREDENTIALS } from '../../../emulator/aws/account';

/** An AWS that somebody else has written, and what it can't do. */
export interface OtherAws {
  /** Without a slash at its end. */
  readonly url: string;
  /**
   * Whether Forge calls the deployed Function URL, and the endpoint runs the function. Else the code that was deployed runs
   * on this machine, with the endpoint for its AWS.
   */
  readonly runsFunctions: boolean;
  stop(): Promise<void>;
}

/** For clients of the AWS SDK that talk to it. */
export const clientOptions = (url: string) => ({
  endpoint: url,
  region: LOCAL_ACCOUNT.region,
  credentials: LOCAL_CREDENTIALS,
  maxAttempts: 1,
});

/** What `npm run test:aws` was told, for the tests, which run in processes of their own. */
export const ENDPOINT_ENV = { url: 'FORGE_TEST_AWS_URL', functions: 'FORGE_TEST_AWS_FUNCTIONS' } as const;

/** @throws {Error} when the tests were not started with `npm run test:aws` */
export function givenAws(environment: NodeJS.ProcessEnv = process.env): OtherAws {
  const url = environment[ENDPOINT_ENV.url];
  if (url === undefined) throw new Error('Start these tests with: npm run test:aws -- --endpoint URL');
  return { url, runsFunctions: environment[ENDPOINT_ENV.functions] === 'there', stop: async () => undefined };
}
