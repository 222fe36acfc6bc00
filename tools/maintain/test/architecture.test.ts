import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.join(__dirname, '../../..');
const BIOME = path.join(ROOT, 'node_modules/.bin/biome');
const RULE = 'lint/style/noRestrictedImports';

/** Imports that break an arrow of the architecture: from a file in this folder, of this module. */
const REFUSED: readonly (readonly [folder: string, module: string])[] = [
  // lambda/ is run time: it knows lambda/ and nothing of the deploy side.
  ['lambda/receiver', 'aws-cdk-lib'],
  ['lambda/receiver', 'aws-cdk-lib/aws-lambda'],
  ['lambda/receiver', 'constructs'],
  ['lambda/receiver', 'zod'],
  ['lambda/receiver', '../../lib/token-slot'],
  ['lambda/worker', '../../lib/worker'],
  ['lambda/cleanup', 'aws-cdk-lib'],
  ['lambda/monitor', 'aws-cdk-lib'],
  ['lambda/monitor', '../../lib/monitor'],
  ['lambda/cleanup', '../../lib/slots'],
  ['lambda/aws', '../../lib/bundling'],
  ['lambda/receiver', '../../config'],
  ['lambda/receiver', '../../bin/app'],
  ['lambda/receiver', '../../tools/emulator/aws/server'],
  // lambda/contract/ is the door between the two: it leans on neither.
  ['lambda/contract', 'jose'],
  ['lambda/contract', '@aws-sdk/client-secrets-manager'],
  ['lambda/contract', 'aws-cdk-lib'],
  ['lambda/contract', '../forge/claims'],
  ['lambda/contract', '../../lib/config'],
  // lib/ is deploy time: of lambda/ it knows the contract only, and it is handed its values.
  ['lib', '../lambda/forge/claims'],
  ['lib', '../lambda/receiver/index'],
  ['lib', '../lambda/cleanup/handler'],
  ['lib', '../lambda/aws/environment-credentials'],
  ['lib', '../lambda/receiver'],
  ['lib', 'jose'],
  ['lib', '@aws-sdk/client-secrets-manager'],
  ['lib', '../bin/app'],
  ['lib', '../tools/emulator/aws/server'],
  ['lib', '../test/lib/support/synth'],
  ['lib', '../config'],
  // lib/manifest/ is part of lib/, and knows no CDK on top of that.
  ['lib/manifest', 'aws-cdk-lib'],
  ['lib/manifest', 'constructs'],
  ['lib/manifest', '../../lambda/forge/claims'],
  ['lib/manifest', '../../bin/app'],
  ['lib/manifest', '../../tools/emulator/aws/server'],
  ['lib/manifest', '../../config'],
  ['lib/manifest', 'jose'],
  // tools/emulator/ stands in for Forge and AWS: it must not know what it is used to test.
  ['tools/emulator/aws', '../../../lib/config'],
  ['tools/emulator/aws', '../../../lambda/slots/write'],
  ['tools/emulator/aws', '../../../bin/app'],
  ['tools/emulator/aws', '../../../config'],
  ['tools/emulator/aws', 'aws-cdk-lib'],
  // bin/ composes lib/ and tools/emulator/; the functions are deployed, not called.
  ['bin', '../lambda/receiver/index'],
  ['bin', '../test/lib/support/synth'],
  // What the template's maintainers run is leaned on by nobody: a fork may delete it.
  ['bin', '../tools/maintain/bench/statistics'],
  ['lib', '../tools/maintain/lint/stacks'],
  ['lambda/receiver', '../../tools/maintain/bench/statistics'],
  ['tools/emulator/aws', '../../maintain/moto/moto'],
  ['tools/emulator/test', '../../maintain/moto/moto'],
  ['test/lib', '../../tools/maintain/bench/statistics'],
];

const ALLOWED: readonly (readonly [folder: string, module: string])[] = [
  ['lambda/receiver', '../contract/slot'],
  ['lambda/receiver', '../forge/claims'],
  ['lambda/receiver', 'jose'],
  ['lambda/cleanup', '../contract/settings'],
  ['lambda/monitor', '../contract/freshness'],
  ['lambda/contract', './routes'],
  ['lib', '../lambda/contract/routes'],
  ['lib', './config'],
  ['lib', './manifest/model'],
  ['lib', 'aws-cdk-lib/aws-lambda'],
  ['lib', 'zod'],
  ['lib/manifest', '../../lambda/contract/routes'],
  ['lib/manifest', './model'],
  ['lib/manifest', 'yaml'],
  ['tools/emulator/aws', '../../../lambda/contract/slot'],
  ['tools/emulator/aws', '../function-url/payload'],
  ['bin', '../lib/config'],
  ['bin', '../config'],
  ['bin', '../tools/emulator/aws/server'],
  ['bin', '../lambda/contract/routes'],
];

const FOLDERS = [...new Set(REFUSED.map(([inFolder]) => inFolder))];

const fileOf = (folder: string, module: string) => `${folder}/imports-${module.replaceAll('/', '+')}.ts`;

let folder: string;
/** Files of which the linter refused the import. */
let refused: ReadonlySet<string>;
let inCycles: readonly string[];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'architecture-'));
  cpSync(path.join(ROOT, 'biome.json'), path.join(folder, 'biome.json'));
  for (const [inFolder, module] of [...REFUSED, ...ALLOWED]) {
    mkdirSync(path.join(folder, inFolder), { recursive: true });
    writeFileSync(path.join(folder, fileOf(inFolder, module)), `export * from '${module}';\n`);
  }
  for (const inFolder of FOLDERS) {
    writeFileSync(
      path.join(folder, inFolder, 'one.ts'),
      "import type { Two } from './two';\nexport type One = Two[];\n",
    );
    writeFileSync(
      path.join(folder, inFolder, 'two.ts'),
      "import type { One } from './one';\nexport type Two = One[];\n",
    );
  }
  [refused, inCycles] = [new Set(await filesThatBreak(RULE)), await filesThatBreak('lint/suspicious/noImportCycles')];
});

afterAll(() => rmSync(folder, { recursive: true }));

async function filesThatBreak(rule: string): Promise<string[]> {
  const args = ['lint', '--reporter=json', '--max-diagnostics=none', '.'];
  // The linter exits with 1 when it finds something, which here it always does.
  const { stdout } = await promisify(execFile)(BIOME, args, { cwd: folder }).catch(
    (failed: { stdout: string }) => failed,
  );
  const { diagnostics }: { diagnostics: { category: string; location: { path: string } }[] } = JSON.parse(stdout);
  return diagnostics.filter(({ category }) => category === rule).map(({ location }) => location.path);
}

test.each(REFUSED)('%s must not import %s', (inFolder, module) => {
  expect(refused).toContain(fileOf(inFolder, module));
});

test.each(FOLDERS)('no cycle of imports in %s, not even of types', (inFolder) => {
  expect(inCycles).toEqual(expect.arrayContaining([`${inFolder}/one.ts`, `${inFolder}/two.ts`]));
});

test.each(ALLOWED)('%s may import %s', (inFolder, module) => {
  expect(refused).not.toContain(fileOf(inFolder, module));
});

/** What only a shell of Unix understands, or is only there. */
const OF_A_SHELL = /\/bin\/(ba)?sh\b|shell: (true|')|\b(ba)?sh -c\b|'\/tmp\b/;

test.each(['bin', 'lib', 'lambda', 'tools/emulator'])('what a fork runs in %s takes no shell of Unix', (folder) => {
  const files = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|mjs|js)$/.test(file) && !/(^|[\\/])(test|node_modules)[\\/]/.test(file))
    .map((file) => path.join(ROOT, folder, file));
  expect(files.length).toBeGreaterThan(10);
  expect(files.filter((file) => OF_A_SHELL.test(readFileSync(file, 'utf8')))).toEqual([]);
});

test("npm's scripts are words that every system's shell understands", () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  for (const script of Object.values(scripts)) expect(script).toMatch(/^[\w:./= -]+( && [\w:./= -]+)*$/);
});
