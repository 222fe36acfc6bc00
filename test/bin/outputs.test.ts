import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../bin/outputs';
import { findStage, OUTPUTS } from '../../lib/stack-outputs';
import { type EmulatedAws, startAws } from '../../tools/emulator/aws/server';
import { StackUnderTest } from '../../tools/emulator/test/aws/stack-under-test';
import { APP_ID } from '../lib/manifest/manifests';

const URL = 'https://forge.example.com';
const SAID: Record<string, string> = {
  [OUTPUTS.remoteBaseUrl]: URL,
  [OUTPUTS.slotArn]: 'arn',
  [OUTPUTS.manifestRemotes]: 'remotes:\n  - key: aws',
  [OUTPUTS.appId]: APP_ID,
  [OUTPUTS.remoteKey]: 'aws',
};

let aws: EmulatedAws;
let folder: string;

beforeAll(async () => {
  aws = await startAws();
  for (const stage of ['dev', 'prod']) {
    const said = Object.entries({ ...SAID, [OUTPUTS.stage]: stage });
    const outputs = Object.fromEntries(said.map(([name, Value]) => [name, { Value }]));
    await new StackUnderTest(aws, `billing-${stage}`).deploy({ Topic: { Type: 'AWS::SNS::Topic' } }, outputs);
  }
});
afterAll(() => aws.stop());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outputs-'));
  const stages = ['dev', 'qa', 'prod'].map((name) => ({ name, region: 'us-east-1', environments: ['DEVELOPMENT'] }));
  writeFileSync(join(folder, 'config.ts'), `export default ${JSON.stringify({ name: 'billing', stages })};`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function outputsCommand(...argv: string[]) {
  let out = '';
  let err = '';
  const status = await run(['--endpoint', aws.url, ...argv], {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    cwd: folder,
    environment: {},
  });
  return { status, out, err };
}

const written = (file = 'cdk-outputs.json') => readFileSync(join(folder, file), 'utf8');

test('writes what the stage says, as cdk deploy does, and npm run manifest can read it', async () => {
  expect(await outputsCommand('--stage', 'prod')).toEqual({
    status: 0,
    out: 'cdk-outputs.json has the outputs of billing-prod.',
    err: '',
  });
  expect(JSON.parse(written())).toEqual({ 'billing-prod': { ...SAID, [OUTPUTS.stage]: 'prod' } });
  expect(
    findStage(written(), { appId: APP_ID, file: 'cdk-outputs.json', domains: ['forge.example.com'] }),
  ).toMatchObject({ remoteBaseUrl: URL });
});

test('writes all stages that are deployed where none is named, into the file that is named', async () => {
  expect((await outputsCommand('--outputs', 'all.json')).status).toBe(0);
  expect(Object.keys(JSON.parse(written('all.json')))).toEqual(['billing-dev', 'billing-prod']);
});

test.each<[string, string[], number, RegExp]>([
  [
    'a stage that is not deployed',
    ['--stage', 'qa'],
    1,
    /^Not deployed, .*: billing-qa in us-east-1\. Deploy first: npm/,
  ],
  ['a stage that there is not', ['--stage', 'live'], 2, /^config\.ts has no stage "live"; allowed: dev, qa, prod\n/],
  ['no configuration', ['--config', 'none.ts'], 1, /^none\.ts does not exist\. /],
  ['an option that there is not', ['--stages', 'dev'], 2, /Unknown option '--stages'\.\n\nUsage: npm run outputs/],
])('tells %s, and writes nothing', async (_, argv, status, message) => {
  const ended = await outputsCommand(...argv);
  expect(ended).toMatchObject({ status, out: '' });
  expect(ended.err).toMatch(message);
  expect(ended.err).not.toMatch(/^\s+at /m);
  expect(existsSync(join(folder, 'cdk-outputs.json'))).toBe(false);
});

test('says what it takes when AWS cannot be asked', async () => {
  const { status, err } = await outputsCommand('--stage', 'dev', '--endpoint', 'http://127.0.0.1:1');
  expect(status).toBe(1);
  expect(err).toMatch(/^Can't describe billing-dev in us-east-1: .*cloudformation:DescribeStacks\.$/s);
});

test('explains itself', async () => {
  expect(await outputsCommand('--help')).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^Usage: npm run outputs/),
  });
});
