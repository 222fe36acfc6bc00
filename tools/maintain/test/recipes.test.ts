import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createFixtureFork } from '../../../test/support/fixture-fork';

// The code in docs/own-resources.md: a fork pastes it, so it has to compile, to synthesize and to be what it says.

const ROOT = path.join(__dirname, '../../..');
const PAGE = readFileSync(path.join(ROOT, 'docs/own-resources.md'), 'utf8');
const fork = createFixtureFork();
afterAll(fork.remove);

interface Recipe {
  readonly name: string;
  /** Source by the path that its first line names. */
  readonly files: Readonly<Record<string, string>>;
}

const recipes: Recipe[] = PAGE.split(/^## /m)
  .slice(1)
  .map((section) => {
    const blocks = [...section.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)];
    const files = Object.fromEntries(blocks.map(([, file = '', source = '']) => [file, source]));
    return { name: section.slice(0, section.indexOf('\n')), files };
  })
  .filter(({ files }) => Object.keys(files).length > 0);

/** Where a recipe's file is put beside those of the others: in the same folder, for its imports. */
const placeOf = (file: string, index: number): string =>
  file.replace(/^(lib\/resources|lambda\/job)\.ts$/, (_all, name) => `${name}-${index}.ts`);

const run = (command: string, ...args: string[]) =>
  spawnSync(process.execPath, [path.join(ROOT, 'node_modules', command), ...args], {
    cwd: fork.folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_VALIDATION: 'false',
      CDK_OUTDIR: path.join(fork.folder, 'cdk.out'),
      CDK_CONTEXT_JSON: JSON.stringify({
        ...JSON.parse(readFileSync(path.join(ROOT, 'cdk.json'), 'utf8')).context,
        stage: 'prod',
      }),
    },
  });

beforeAll(() => {
  // NodejsFunction looks for the project's root by it.
  copyFileSync(path.join(ROOT, 'package-lock.json'), path.join(fork.folder, 'package-lock.json'));
  const places = recipes.map(({ files }, index) =>
    Object.entries(files).map(([file, source]) => {
      const place = placeOf(file, index);
      mkdirSync(path.dirname(path.join(fork.folder, place)), { recursive: true });
      writeFileSync(path.join(fork.folder, place), source);
      return place;
    }),
  );
  const resources = places.flat().filter((place) => place.startsWith('lib/'));
  const all = resources.map((place, n) => [`r${n}`, `./${path.basename(place, '.ts')}`] as const);
  writeFileSync(
    path.join(fork.folder, 'lib/resources.ts'),
    [
      "import type { AddResources } from './add-resources';",
      ...all.map(([name, from]) => `import { addResources as ${name} } from '${from}';`),
      `export const addResources: AddResources = (to) => { for (const add of [${all.map(([name]) => name)}]) add(to); };`,
    ].join('\n'),
  );
  const compilerOptions = { types: ['node'] };
  const include = [...places.flat(), 'lib/resources.ts'];
  writeFileSync(
    path.join(fork.folder, 'tsconfig.recipes.json'),
    JSON.stringify({ extends: './tsconfig.json', compilerOptions, include }),
  );
});

test('there is one for each thing that a team asks for', () => {
  expect(recipes.map(({ name }) => name)).toEqual([
    'A table',
    'A bucket',
    "A third party's API key",
    'A second function that reads the token',
    'A VPC for the worker',
    'A schedule of your own',
    'An alarm into the same channels',
  ]);
  for (const { files } of recipes) expect(files).toHaveProperty(['lib/resources.ts']);
});

test('every block of TypeScript names its file: none is left out here', () => {
  expect(PAGE.match(/^```ts$/gm)).toHaveLength(recipes.flatMap(({ files }) => Object.keys(files)).length);
});

test('all compile', () => {
  const { stdout, status } = run('typescript/bin/tsc', '-p', 'tsconfig.recipes.json');
  expect(stdout).toBe('');
  expect(status).toBe(0);
});

describe('all synthesize, in one stack', () => {
  // biome-ignore lint/suspicious/noExplicitAny: a template is looked at with expectations, not with types
  type Resource = { readonly Type: string; readonly Properties: any };
  let resources: Readonly<Record<string, Resource>>;
  const ofType = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);
  const one = (id: string) =>
    Object.entries(resources).find(([name]) => new RegExp(`^${id}[0-9A-F]{8}$`).test(name))?.[1];
  const worker = () => one('ForgeRemoteWorkerFunction')?.Properties;

  beforeAll(() => {
    const { stderr, status } = run('tsx/dist/cli.mjs', 'bin/app.ts');
    expect(status === 0 ? '' : stderr).toBe('');
    const [file = ''] = readdirSync(path.join(fork.folder, 'cdk.out')).filter((name) =>
      /-prod\.template\.json$/.test(name),
    );
    resources = JSON.parse(readFileSync(path.join(fork.folder, 'cdk.out', file), 'utf8')).Resources;
  });

  test('the worker gets their names, and the rights', () => {
    expect(Object.keys(worker().Environment.Variables)).toEqual(
      expect.arrayContaining(['SEEN_TABLE', 'REPORTS_BUCKET', 'API_KEY_SECRET']),
    );
    const policy = JSON.stringify(ofType('AWS::IAM::Policy').filter(([id]) => id.startsWith('ForgeRemoteWorker')));
    for (const action of ['dynamodb:PutItem', 's3:PutObject', 'secretsmanager:GetSecretValue']) {
      expect(policy).toContain(action);
    }
  });

  test('the worker is in the VPC, with a way out', () => {
    expect(worker().VpcConfig.SubnetIds).toHaveLength(2);
    expect(ofType('AWS::EC2::NatGateway')).toHaveLength(1);
    expect(JSON.stringify(one('ForgeRemoteWorkerRole'))).toContain('AWSLambdaVPCAccessExecutionRole');
  });

  test('the second function is bundled, knows where slots are, and may read them', () => {
    const report = one('Report')?.Properties;
    expect(Object.keys(report.Environment.Variables)).toContain('FORGE_SLOT_ARN');
    expect(JSON.stringify(ofType('AWS::IAM::Policy').filter(([id]) => id.startsWith('Report')))).toContain(
      'secretsmanager:GetSecretValue',
    );
  });

  test('the schedule calls its function, and the alarm tells the topic of tickets', () => {
    expect(JSON.stringify(one('EveryNight'))).toContain('cron(0 3 * * ? *)');
    const alarm = JSON.stringify(one('JobsAreSlow')?.Properties.AlarmActions);
    expect(alarm).toContain('ForgeRemoteNotificationsTicketTopic');
  });
});
