import { checkTableRule, DYNAMODB_RULES } from '../../../emulator/test/aws/dynamodb-contract';
import type { Moto } from '../../moto/moto';
import { breaches, expectDocumented } from './support/documented';
import { requiredMoto } from './support/required-moto';

let moto: Moto;
beforeAll(async () => {
  moto = await requiredMoto();
});
afterAll(() => moto.stop());

test('moto differs from the rules exactly where docs/emulations.md says so', async () => {
  const found = await breaches(DYNAMODB_RULES, (check) => checkTableRule(moto.url, check));
  expectDocumented('DynamoDB', found);
});
