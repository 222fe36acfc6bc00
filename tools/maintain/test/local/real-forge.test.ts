import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { request } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MANIFEST_BEFORE } from '../../../../bin/project';
import { setAppId } from '../../../../lib/manifest/app';
import { parseManifest } from '../../../../lib/manifest/document';
import { APP_ID, systemToken } from '../../../../test/support/forge-call';
import { PROJECT_ROOT, runLocalIn } from '../../../../test/support/run-local';
import { invocationClaims, newInstallation, signInvocationToken } from '../../../emulator/forge/invocation-token';
import { type KeyServer, startKeyServer } from '../../../emulator/forge/key-server';
import { createSigningKey } from '../../../emulator/forge/signing-key';
import { createCertificate } from '../../bench/cold/certificate';
import { startTlsFront, type TlsFront } from '../../bench/cold/tls-front';

// In place of Forge: keys of our own, and calls over TLS. In place of the tunnel: a front that ends TLS.

/** A deployment takes a few seconds, more on a busy machine. */
jest.setTimeout(120_000);

const MANIFEST = path.join(PROJECT_ROOT, 'manifest.yml');
const JOB = `import type { Job } from './worker/job';
export const job: Job = async ({ log, trigger }) => log.info('The job has run', { fired: trigger.key });
`;

const certificate = createCertificate();
const genuine = createSigningKey();
/** A stranger's, under the name of the genuine one. */
const forged = genuine.then(async ({ keyId }) => ({ ...(await createSigningKey()), keyId }));
const installation = newInstallation();
const folder = mkdtempSync(path.join(tmpdir(), 'tunnel-'));
const caFile = path.join(folder, 'ca.pem');
const environment = { ...process.env, NODE_EXTRA_CA_CERTS: caFile };

let keyServer: KeyServer;
let tunnel: TlsFront;
let local: ReturnType<typeof runLocalIn>;
let served: {
  functionUrl: string;
  publicUrl: string;
  awsEndpointUrl: string;
  slotArn: string;
  routes: { path: string }[];
};
let original: string;
let token: string;

beforeAll(async () => {
  writeFileSync(caFile, certificate.cert);
  original = setAppId(parseManifest(readFileSync(MANIFEST, 'utf8'), 'manifest.yml'), APP_ID).text;
  writeFileSync(MANIFEST, original);
  writeFileSync(path.join(PROJECT_ROOT, 'lambda/job.ts'), JOB);
  keyServer = await startKeyServer((await genuine).jwks);
  const port = await freePort();
  tunnel = await startTlsFront(`http://127.0.0.1:${port}/`, certificate);
  token = await systemToken(Math.floor(Date.now() / 1000) + 4 * 3600);
  const flags = ['--public-url', tunnel.url, '--port', String(port), '--jwks-url', keyServer.url, '--call-atlassian'];
  local = runLocalIn(environment, '--serve', '--forge', 'real', ...flags);
  served = JSON.parse(await local.firstLine);
  await said('Ctrl-C ends it');
});
afterAll(async () => {
  await tunnel.stop();
  await keyServer.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Settles once the run has said so on stderr. */
const said = (text: string) =>
  new Promise<void>((resolve, reject) => {
    const look = () => local.output.stderr.includes(text) && resolve();
    local.child.stderr.on('data', look);
    local.child.once('close', () => reject(new Error(local.output.stderr)));
    look();
  });

/** A request through the tunnel. */
function send(url: string, headers: Record<string, string>, method = 'POST') {
  return new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const sent = request(url, { method, headers, ca: certificate.cert }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body: text }));
    });
    sent.on('error', reject);
    sent.end(method === 'POST' ? '{}' : undefined);
  });
}

async function callOfForge({
  key = genuine,
  ...claimed
}: {
  key?: typeof genuine;
  environment?: string;
  appId?: string;
} = {}) {
  const claims = invocationClaims({
    installation,
    endpointKey: 'token',
    moduleKey: 'hourly',
    nowSeconds: Math.floor(Date.now() / 1000),
    appId: APP_ID,
    environment: 'DEVELOPMENT',
    ...claimed,
  });
  const headers = {
    authorization: `Bearer ${await signInvocationToken(claims, await key)}`,
    'x-forge-oauth-system': token,
  };
  return send(`${served.publicUrl}/forge/token`, headers);
}

test('says where it is, what it is verified with, and what to do next', () => {
  expect(served).toMatchObject({
    publicUrl: tunnel.url,
    functionUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:/),
  });
  const { stderr } = local.output;
  expect(stderr).toContain(`Calls are verified with the keys at ${keyServer.url}, not Forge's`);
  expect(stderr).toContain(`✓ ${tunnel.url} leads here`);
  expect(stderr).toContain('  forge deploy -e development\n  forge install -e development');
  expect(stderr).toContain('The job runs with real tokens, and calls the real Atlassian');
});

test('manifest.yml has the public URL, and is kept as it was', () => {
  expect(readFileSync(MANIFEST, 'utf8')).toBe(original.replace('https://not-deployed-yet.invalid', tunnel.url));
  expect(readFileSync(path.join(PROJECT_ROOT, MANIFEST_BEFORE), 'utf8')).toBe(original);
});

test('a call of Forge fills the slot, and the job runs', async () => {
  expect(await callOfForge()).toEqual({ status: 200, body: '{"outcome":"stored"}' });
  await said('The job has run');
});

test('a second run says that the first one is up, and leaves manifest.yml alone', async () => {
  const second = runLocalIn(environment, '--serve', '--forge', 'real', '--public-url', tunnel.url);
  expect(await second.exited).toBe(1);
  expect(second.output.stderr).toContain(`is still running (process ${local.child.pid})`);
  expect(readFileSync(MANIFEST, 'utf8')).toContain(tunnel.url);
});

test('a page whose name leads to this machine reads no token from the emulated AWS', async () => {
  const { port } = new URL(served.awsEndpointUrl);
  const status = (host: string) =>
    new Promise((resolve, reject) => {
      const options = {
        port,
        host: '127.0.0.1',
        path: '/?Action=DescribeStacks&Version=2010-05-15',
        headers: { host },
      };
      get(options, ({ statusCode }) => resolve(statusCode)).on('error', reject);
    });
  expect(await status(`rebound.example:${port}`)).toBe(403);
  expect(await status(`127.0.0.1.rebound.example:${port}`)).toBe(403);
  expect(await status(`127.0.0.1:${port}`)).not.toBe(403);
});

test('npm run doctor finds nothing wrong', async () => {
  const { status, out } = await new Promise<{ status: number | null; out: string }>((resolve) => {
    const argv = ['--import', 'tsx', 'bin/doctor.ts', '--stage', 'dev', '--endpoint', served.awsEndpointUrl];
    const child = execFile(process.execPath, argv, { cwd: PROJECT_ROOT, env: environment }, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode, out: stdout + stderr }),
    );
  });
  expect(out).toMatch(/✓ URL .*/);
  expect(out).toMatch(/✓ Forged token/);
  expect(out).toMatch(/✓ Manifest/);
  expect(out).toMatch(/✓ Slot/);
  expect({ status, wrong: out.match(/^✗.*/gm) }).toEqual({ status: 0, wrong: null });
});

test.each<[string, Parameters<typeof callOfForge>[0], number, string]>([
  ['with another key', { key: forged }, 401, 'signature-invalid'],
  ['of another app', { appId: APP_ID.replace('6', '7') }, 401, 'audience-wrong'],
  ['of an environment with customers', { environment: 'PRODUCTION' }, 401, 'environment-not-served'],
])('a call %s is refused', async (_, claimed, status, reason) => {
  expect(await callOfForge(claimed)).toEqual({ status, body: JSON.stringify({ reason }) });
});

test.each([
  [
    'Secrets Manager',
    '/',
    { 'x-amz-target': 'secretsmanager.GetSecretValue', 'content-type': 'application/x-amz-json-1.1' },
  ],
  ['CloudFormation', '/?Action=DescribeStacks&Version=2010-05-15', {}],
  ['Lambda', '/2015-03-31/functions', {}],
  ['another path', '/forge/token/..%2f', {}],
])('nothing else can be reached through the tunnel: %s', async (_, where, headers) => {
  for (const method of ['GET', 'POST']) {
    expect(await send(`${served.publicUrl}${where}`, headers, method)).toEqual({
      status: 404,
      body: '{"reason":"route-unknown"}',
    });
  }
});

test('the token is neither printed nor on the disk', () => {
  expect(local.output.stdout + local.output.stderr).not.toContain(token);
  const files = readdirSync(path.join(PROJECT_ROOT, '.local'), { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(PROJECT_ROOT, '.local', name))
    .filter((name) => !name.includes(`${path.sep}runtime`) && statSync(name).isFile());
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) expect(readFileSync(file, 'utf8')).not.toContain(token);
});

test('at its end, manifest.yml is as it was', async () => {
  local.child.kill('SIGINT');
  expect(await local.exited).toBe(0);
  expect(readFileSync(MANIFEST, 'utf8')).toBe(original);
  expect(existsSync(path.join(PROJECT_ROOT, MANIFEST_BEFORE))).toBe(false);
  expect(local.output.stderr).toContain('manifest.yml has its own URL again.');
});
