import {
  GetFunctionCommand,
  type GetFunctionResponse,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { LOCAL_ACCOUNT, LOCAL_CREDENTIALS } from '../../../emulator/aws/account';
import type { FunctionConfig } from '../../../emulator/function-url/function-config';
import { clientOptions } from './endpoint';

/** Where `cdk deploy` puts the code, in an account bootstrapped with the default qualifier. */
const ASSETS = `cdk-hnb659fds-assets-${LOCAL_ACCOUNT.accountId}-${LOCAL_ACCOUNT.region}`;

/** Emulations look whether a request is signed, and not at the signature. */
const SIGNED =
  `AWS4-HMAC-SHA256 Credential=${LOCAL_CREDENTIALS.accessKeyId}/20260101/${LOCAL_ACCOUNT.region}/s3/aws4_request, ` +
  'SignedHeaders=host, Signature=none';

export interface Deployed extends FunctionConfig {
  /** The deployed code. */
  readonly zip: Uint8Array;
}

/** The functions that are deployed, with their code, as Lambda's and S3's APIs give them. */
export async function functionsIn(url: string): Promise<Deployed[]> {
  const lambda = new LambdaClient(clientOptions(url));
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
  const lambda = new LambdaClient(clientOptions(url));
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

async function describe(url: string, { Configuration = {}, Code = {} }: GetFunctionResponse): Promise<Deployed> {
  const { FunctionName: name = '', FunctionArn: arn = '', Handler: handler = '' } = Configuration;
  const location = codeAt(url, Code.Location ?? '');
  const response = await fetch(location, { headers: { authorization: SIGNED } });
  if (!response.ok) throw new Error(`The code of ${name} is not at ${location}: ${response.status}`);
  return {
    name,
    arn,
    handler,
    runtime: Configuration.Runtime ?? '',
    timeoutSeconds: Configuration.Timeout ?? 3,
    memorySizeMb: Configuration.MemorySize ?? 128,
    environment: Configuration.Environment?.Variables ?? {},
    // Not every emulation keeps LoggingConfig: what our template says.
    logGroupName: `/aws/lambda/${name}`,
    logFormat: 'JSON',
    zip: new Uint8Array(await response.arrayBuffer()),
  };
}

/** The location is Lambda's own bucket. Where it is not at this endpoint, its key is that of the asset. */
function codeAt(url: string, location: string): string {
  const isHere = new URL(location).host === new URL(url).host;
  return isHere ? location : `${url}/${ASSETS}${new URL(location).pathname}`;
}
