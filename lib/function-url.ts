import { Fn } from 'aws-cdk-lib';
import { FunctionUrlAuthType, InvokeMode, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';

/**
 * Opens a function's own URL.
 *
 * @returns the URL, with no slash at its end
 */
export function addFunctionUrl(lambda: LambdaFunction): string {
  const { url } = lambda.addFunctionUrl({
    // Open to the internet, because Forge can't sign requests for AWS (SigV4). The door is the invocation token,
    // which the function verifies before it does anything else.
    authType: FunctionUrlAuthType.NONE,
    invokeMode: InvokeMode.BUFFERED,
  });
  return withoutTrailingSlash(url);
}

/** AWS gives `https://<host>/`, and only at deploy time: it can be taken apart and put together, not edited. */
function withoutTrailingSlash(functionUrl: string): string {
  const parts = Fn.split('/', functionUrl);
  return `${Fn.select(0, parts)}//${Fn.select(2, parts)}`;
}
