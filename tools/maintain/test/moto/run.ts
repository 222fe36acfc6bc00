/**
 * npm run test:moto: the deployment and the rules of Secrets Manager once more, against moto, which somebody else has
 * written. Arguments go to jest.
 */
import { spawnSync } from 'node:child_process';
import { findMoto } from '../../moto/moto';

const moto = findMoto();
if (moto) {
  console.log(`moto ${moto.motoVersion}, Python ${moto.pythonVersion}`);
  const jest = [require.resolve('jest/bin/jest'), '--config', `${__dirname}/jest.config.js`, ...process.argv.slice(2)];
  process.exitCode = spawnSync(process.execPath, jest, { stdio: 'inherit' }).status ?? 1;
} else {
  console.log("not run: moto not found. It needs Python 3.10 or newer, and: pip install 'moto[all,server]==5.2.1'");
}
