import {
  GetFunctionCommand,
  type GetFunctionResponse,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { LOCAL_ACCOUNT, LOCAL_CREDENTIALS } from '../../emulator/aws/account';
import type { FunctionConfig } from '../../emulator/function-url/function-config';

/** Where `cdk deploy` puts the code, in an account bootstrapped with the default qualifier. */
const ASSETS = `cdk-hnb659fds-assets-${LOCAL_ACCOUNT.accountId}-${LOCAL_ACCOUNT.region}`;

/** moto looks whether a request is signed, and not at the signature. */
const SIGNED =
  `AWS4-HMAC-SHA256 Credential=${LOCAL_CREDENTIALS.accessKeyId}/20260101/${LOCAL_ACCOUNT.region}/s3/aws4_request, ` +
  'SignedHeaders=host, Signature=none';

export interface DeployedInMoto extends FunctionConfig {
  /** The deployed code. */
  readonly zip: Uint8Array;
}

/** For clients of the AWS SDK that talk to moto. */
export const motoClient = (url: string) => ({
  endpoint: url,
  region: LOCAL_ACCOUNT.region,
  credentials: LOCAL_CREDENTIALS,
  maxAttempts: 1,
});

/** The functions that are deployed, with their code, as Lambda's and S3's APIs give them. */
export async function functionsIn(url: string): Promise<DeployedInMoto[]> {
  const lambda = new LambdaClient(motoClient(url));
  try {
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    return await Promise.all(
      Functions.map(async ({ FunctionName }) =>
        describe(url, await lambda.send(new GetFunctionCommand({ FunctionName }))),
      ),
    );
  } finally {
    lambda.destroy();
  }
}

/** Queues that Lambda would read, and for which functions. */
export async function eventSourcesIn(url: string): Promise<{ queueArn: string; functionArn: string }[]> {
  const lambda = new LambdaClient(motoClient(url));
  try {
    const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
    return EventSourceMappings.map(({ EventSourceArn = '', FunctionArn = '' }) => ({
      queueArn: EventSourceArn,
      functionArn: FunctionArn,
    }));
  } finally {
    lambda.destroy();
  }
}

async function describe(url: string, { Configuration = {}, Code = {} }: GetFunctionResponse): Promise<DeployedInMoto> {
  const { FunctionName: name = '', FunctionArn: arn = '', Handler: handler = '' } = Configuration;
  // The location is AWS's own bucket, which nobody has here; the key is that of the asset.
  const key = new URL(Code.Location ?? '').pathname;
  const response = await fetch(`${url}/${ASSETS}${key}`, { headers: { authorization: SIGNED } });
  if (!response.ok) throw new Error(`The code of ${name} is not in ${ASSETS}: ${response.status} for ${key}`);
  return {
    name,
    arn,
    handler,
    runtime: Configuration.Runtime ?? '',
    timeoutSeconds: Configuration.Timeout ?? 3,
    memorySizeMb: Configuration.MemorySize ?? 128,
    environment: Configuration.Environment?.Variables ?? {},
    // moto doesn't keep LoggingConfig: what our template says.
    logGroupName: `/aws/lambda/${name}`,
    logFormat: 'JSON',
    zip: new Uint8Array(await response.arrayBuffer()),
  };
}
