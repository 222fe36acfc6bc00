import { checkTableRule, DYNAMODB_RULES } from '../../../emulator/test/aws/dynamodb-contract';
import { checkRule, SECRETS_MANAGER_RULES } from '../../../emulator/test/aws/secrets-manager-contract';
import { givenAws } from './endpoint';

// The rules of AWS's documentation that the backend builds on. docs/emulations.md has those that moto doesn't keep.

test.each([...SECRETS_MANAGER_RULES])('Secrets Manager: %s', (_rule, check) => checkRule(givenAws().url, check));

test.each([...DYNAMODB_RULES])('DynamoDB: %s', (_rule, check) => checkTableRule(givenAws().url, check));
