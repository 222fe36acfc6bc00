import { AwsError } from './aws-error';
import type { JsonOperations } from './json-protocol';

/** Parameter that holds the version of the CDK bootstrap stack: the account is bootstrapped for any qualifier. */
const BOOTSTRAP_VERSION = /^\/cdk-bootstrap\/\w+\/version$/;

/** A recent one: the CLI refuses one that is older than what it needs. */
const VERSION = '33';

/** @throws {AwsError} ParameterNotFound */
export function parameterValue(name: string): string {
  if (BOOTSTRAP_VERSION.test(name)) return VERSION;
  throw new AwsError('ParameterNotFound', `SSM parameter ${name} does not exist.`);
}

/** SSM's parameter store: an account that looks bootstrapped, and nothing else. */
export const ssmOperations: JsonOperations = {
  GetParameter: ({ Name }: { Name: string }) => ({
    Parameter: { Name, Type: 'String', Value: parameterValue(Name), Version: 1 },
  }),
};
