import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { App, Stack } from 'aws-cdk-lib';
import { context } from '../../cdk.json';
import { SLOT_ENV } from '../../lambda/contract/settings';
import { InstallationSlots } from '../../lib/installation-slots';
import { requestOf } from '../lambda/cleanup/request';
import { stageWith } from './support/fixtures';

// The cleanup function stands for all of them: they are bundled alike, and its client is made the same way.

jest.setTimeout(30_000);

let folder: string;
let bundle: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bundling-'));
  process.env.CDK_VALIDATION = 'false';
  const app = new App({ context, outdir: path.join(folder, 'cdk.out') });
  new InstallationSlots(new Stack(app, 'test'), 'Slots', { stage: stageWith() });
  app.synth();
  const [asset] = readdirSync(app.outdir).filter((name) => name.startsWith('asset.'));
  bundle = path.join(app.outdir, String(asset), 'index.mjs');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the bundle', () => {
  const code = () => readFileSync(bundle, 'utf8');

  test('has the AWS SDK in it, and credentials from the environment', () => {
    expect(code()).toContain('secretsmanager');
    expect(code()).toContain('AWS_ACCESS_KEY_ID');
    expect(code()).not.toMatch(/from\s*["'](@aws-sdk|@smithy)/);
  });

  // What each of the SDK's other ways to credentials can't do without.
  test.each([
    ['credential-provider-ini', 'role_arn'],
    ['credential-provider-process', 'credential_process'],
    ['credential-provider-sso', 'sso_start_url'],
    ['credential-provider-http', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'],
    ['credential-provider-web-identity', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
    ['any that runs a program', 'child_process'],
  ])('has no code of %s', (_, mark) => {
    expect(code()).not.toContain(mark);
  });
});

describe('a client in the bundle', () => {
  /** What was asked of AWS, by whose key, and what CloudFormation was told. */
  const seen: { authorization: string[]; answers: { Status: string; Reason?: string }[] } = {
    authorization: [],
    answers: [],
  };
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      if (request.method === 'PUT') seen.answers.push(JSON.parse(Buffer.concat(chunks).toString()));
      else seen.authorization.push(String(request.headers.authorization));
      response.end('{"SecretList":[]}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    seen.authorization = [];
    seen.answers = [];
  });
  afterAll(() => server.close());

  /** Deletes an empty stack's slots with nothing in the environment but `variables` and the way to the test's AWS. */
  async function runCleanup(variables: Record<string, string>): Promise<void> {
    const event = requestOf('Delete', { url });
    const script = `import { handler } from ${JSON.stringify(bundle)};
      await handler(${JSON.stringify(event)}, { getRemainingTimeInMillis: () => 60_000 });`;
    const env = {
      [SLOT_ENV.prefix]: 'test/slot',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: url,
      AWS_EC2_METADATA_DISABLED: 'true',
      HOME: folder,
      ...variables,
    };
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
  }

  test("signs with the environment's key", async () => {
    await runCleanup({ AWS_ACCESS_KEY_ID: 'KEYOFTHEROLE', AWS_SECRET_ACCESS_KEY: 'test', AWS_SESSION_TOKEN: 'test' });
    expect(seen.authorization).toEqual([expect.stringContaining('Credential=KEYOFTHEROLE/')]);
    expect(seen.answers).toMatchObject([{ Status: 'SUCCESS' }]);
  });

  test('takes no key from anywhere else', async () => {
    const file = path.join(folder, 'credentials');
    writeFileSync(file, '[default]\naws_access_key_id = KEYOFSOMEBODY\naws_secret_access_key = test\n');
    await runCleanup({ AWS_SHARED_CREDENTIALS_FILE: file });
    expect(seen.authorization).toEqual([]);
    expect(seen.answers).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringMatching(/Unable to find environment variable credentials/) },
    ]);
  });
});
