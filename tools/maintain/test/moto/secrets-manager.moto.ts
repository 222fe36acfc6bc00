import { checkRule, SECRETS_MANAGER_RULES } from '../../../emulator/test/aws/secrets-manager-contract';
import type { Moto } from '../../moto/moto';
import { breaches, expectDocumented } from './support/documented';
import { requiredMoto } from './support/required-moto';

let moto: Moto;
beforeAll(async () => {
  moto = await requiredMoto();
});
afterAll(() => moto.stop());

test('moto differs from the rules exactly where docs/emulations.md says so', async () => {
  const found = await breaches(SECRETS_MANAGER_RULES, (check) => checkRule(moto.url, check));
  expectDocumented('Secrets Manager', found);
});
