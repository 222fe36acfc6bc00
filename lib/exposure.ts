import { Fn } from 'aws-cdk-lib';
import { FunctionUrlAuthType, InvokeMode, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { RegionalStage } from './config';
import { ReceiverApi, type ReceiverApiProps } from './receiver-api';

/** What is made reachable, and by whom it is called. */
export type ExposureTarget = Omit<ReceiverApiProps, 'settings'>;

/** How the receiver is reached. */
export interface Exposed {
  /** Where Forge calls: no slash at the end, since Forge appends the route, which begins with one. */
  readonly baseUrl: string;
  /** Absent where the Function URL is the only way in. */
  readonly api?: ReceiverApi;
  /** The Function URL that was kept beside an API. No slash at the end. */
  readonly keptFunctionUrl?: string;
}

/**
 * Makes a function reachable, by the setting `exposure` of a stage: by which URL, and what stands in between. The function
 * and its events are the same either way. New constructs go into `scope`.
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
 * Opens a function's own URL.
 *
 * @returns the URL, with no slash at its end
 */
function addFunctionUrl(lambda: LambdaFunction): string {
  const { url } = lambda.addFunctionUrl({
    // Open to the internet, because Forge can't sign requests for AWS (SigV4). The door is the invocation token,
    // which the function verifies before it does anything else.
    authType: FunctionUrlAuthType.NONE,
    invokeMode: InvokeMode.BUFFERED,
  });
  // AWS gives `https://<host>/`, and only at deploy time: it can be taken apart and put together, not edited.
  const parts = Fn.split('/', url);
  return `${Fn.select(0, parts)}//${Fn.select(2, parts)}`;
}
