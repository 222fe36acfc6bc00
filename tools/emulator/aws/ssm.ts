import { AwsError } from './aws-error';
import type { JsonOperations } from './json-protocol';

/** Parameter that holds the version of the CDK bootstrap stack, under CDK's default qualifier. */
const BOOTSTRAP_VERSION = '/cdk-bootstrap/hnb659fds/version';

/** A recent bootstrap version: the CLI refuses one that is older than what it needs. */
const PARAMETERS: Readonly<Record<string, string>> = { [BOOTSTRAP_VERSION]: '33' };

/** @throws {AwsError} ParameterNotFound */
export function parameterValue(name: string): string {
  const value = PARAMETERS[name];
  if (value !== undefined) return value;
  throw new AwsError('ParameterNotFound', `SSM parameter ${name} does not exist.`);
}

/** SSM's parameter store: an account that looks bootstrapped, and nothing else. */
export const ssmOperations: JsonOperations = {
  GetParameter: ({ Name }: { Name: string }) => ({
    Parameter: { Name, Type: 'String', Value: parameterValue(Name), Version: 1 },
  }),
};
