import { Fn } from 'aws-cdk-lib';
import { FunctionUrlAuthType, InvokeMode, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { RegionalStage } from './config';
import { ReceiverApi, type ReceiverApiProps } from './receiver-api';

/** The function to expose, and who calls it. */
export type ExposureTarget = Omit<ReceiverApiProps, 'settings'>;

/** How the receiver is reached. */
export interface Exposed {
  /** The URL that Forge calls. It has no slash at the end: Forge appends the route, which starts with one. */
  readonly baseUrl: string;
  /** Absent if Forge calls the Function URL. */
  readonly api?: ReceiverApi;
  /** The Function URL that stays open beside the API. No slash at the end. */
  readonly keptFunctionUrl?: string;
}

/**
 * Gives a function a public URL, as `exposure` in config.ts says: its own Function URL, or an HTTP API. The function
 * and its events are the same either way. New constructs are added to `scope`.
 */
export function expose(scope: Construct, setting: RegionalStage['exposure'], target: ExposureTarget): Exposed {
  if (setting === 'functionUrl') return { baseUrl: addFunctionUrl(target.function) };
  const settings = setting.httpApi;
  return {
    baseUrl: `https://${settings.domainName}`,
    api: new ReceiverApi(scope, 'Api', { ...target, settings }),
    ...(settings.keepFunctionUrl && { keptFunctionUrl: addFunctionUrl(target.function) }),
  };
}

/**
 * Adds a Function URL.
 *
 * @returns the URL, with no slash at its end
 */
function addFunctionUrl(lambda: LambdaFunction): string {
  const { url } = lambda.addFunctionUrl({
    // Open to the internet: Forge can't sign requests for AWS (SigV4). The function verifies the invocation token
    // before it does anything else.
    authType: FunctionUrlAuthType.NONE,
    invokeMode: InvokeMode.BUFFERED,
  });
  // The value is `https://<host>/` and is known only after deployment, so it can be split and joined but not edited.
  const parts = Fn.split('/', url);
  return `${Fn.select(0, parts)}//${Fn.select(2, parts)}`;
}
