import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseVersionId } from '../../../../lambda/contract/slot';
import { systemToken } from '../../../../test/support/forge-call';
import { runLocal } from '../../../../test/support/run-local';
import { invocationClaims, newInstallation, signInvocationToken } from '../../forge/invocation-token';
import { type KeyServer, startKeyServer } from '../../forge/key-server';
import { createSigningKey } from '../../forge/signing-key';

const APP_ID = 'ari:cloud:ecosystem::app/5d2c8f3a-1f0e-4b7a-9c61-7e0f1a2b3c4d';
/** A deployment takes a few seconds, more on a busy machine. */
jest.setTimeout(60_000);

describe('npm run local -- --serve, with a key set and an app id of our own', () => {
  let keyServer: KeyServer;
  let served: {
    functionUrl: string;
    awsEndpointUrl: string;
    slotArn: string;
    appId: string;
    routes: { path: string; kind: string }[];
  };
  let local: ReturnType<typeof runLocal>;
  const key = createSigningKey();
  const installation = newInstallation();

  beforeAll(async () => {
    keyServer = await startKeyServer((await key).jwks);
    local = runLocal('--serve', '--jwks-url', keyServer.url, '--app-id', APP_ID);
    served = JSON.parse(await local.firstLine);
  });
  afterAll(() => keyServer.stop());

  async function call(claimed: { environment: string; appId: string }, token?: string) {
    const claims = {
      ...invocationClaims({ installation, endpointKey: 'token', nowSeconds: (Date.now() / 1000) | 0, ...claimed }),
    };
    const response = await fetch(new URL(served.routes[0]?.path ?? '', served.functionUrl), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await signInvocationToken(claims, await key)}`,
        ...(token !== undefined && { 'x-forge-oauth-system': token }),
      },
    });
    return { status: response.status, body: await response.json() };
  }

  async function describeSlot() {
    const client = new SecretsManagerClient({
      endpoint: served.awsEndpointUrl,
      region: 'us-east-1',
      credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    });
    const described = await client.send(new DescribeSecretCommand({ SecretId: served.slotArn }));
    client.destroy();
    return described;
  }

  test('says where everything is, in one line of JSON', () => {
    expect(served).toEqual({
      stage: 'dev',
      functionUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
      awsEndpointUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      slotArn: expect.stringMatching(/^arn:aws:secretsmanager:/),
      appId: APP_ID,
      routes: [
        { path: '/forge/token', kind: 'scheduledTrigger' },
        { path: '/forge/lifecycle', kind: 'trigger' },
        { path: '/forge/uninstall', kind: 'preUninstall' },
      ],
    });
  });

  test('has a slot that starts empty', async () => {
    expect((await describeSlot()).VersionIdsToStages ?? {}).toEqual({});
  });

  test('refuses what Forge would not send', async () => {
    const other = APP_ID.replace('5', '6');
    await expect(call({ environment: 'DEVELOPMENT', appId: other })).resolves.toEqual({
      status: 401,
      body: { reason: 'audience-wrong' },
    });
    await expect(call({ environment: 'PRODUCTION', appId: APP_ID })).resolves.toEqual({
      status: 401,
      body: { reason: 'environment-not-served' },
    });
    await expect(call({ environment: 'DEVELOPMENT', appId: APP_ID })).resolves.toEqual({
      status: 422,
      body: { reason: 'system-token-missing' },
    });
  });

  test('stores a token, and says of the slot whose it is and until when', async () => {
    const expiresAtSeconds = Math.floor(Date.now() / 1000) + 4 * 3600;
    const outcome = await call({ environment: 'DEVELOPMENT', appId: APP_ID }, await systemToken(expiresAtSeconds));
    expect(outcome).toEqual({ status: 200, body: { outcome: 'stored' } });
    const [[id = '', labels] = []] = Object.entries((await describeSlot()).VersionIdsToStages ?? {});
    expect(labels).toContain('AWSCURRENT');
    expect(parseVersionId(id)).toMatchObject({ expiresAtSeconds, installation: installation.uuid });
  });

  test('ends cleanly when it is told to', async () => {
    local.child.kill('SIGTERM');
    expect(await local.exited).toBe(0);
    await expect(fetch(served.functionUrl)).rejects.toThrow();
    await expect(fetch(served.awsEndpointUrl)).rejects.toThrow();
  });
});

test('npm run local -- --serve calls on an accelerated schedule', async () => {
  const local = runLocal('--serve');
  const { slotArn, awsEndpointUrl } = JSON.parse(await local.firstLine);
  expect([slotArn, awsEndpointUrl]).not.toContain(undefined);
  await new Promise<void>((resolve) => {
    local.child.stderr.on('data', () => local.output.stderr.includes('answered 200 {"outcome":"stored"}') && resolve());
  });
  local.child.kill('SIGINT');
  expect(await local.exited).toBe(0);
});
