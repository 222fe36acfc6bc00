import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { type EndpointCall, type ForgeOptions, type SimulatedForge, startForge } from '../../forge/forge';

const APP_UUID = '6b9f2b0e-3f0c-4f1d-8a44-0d9a5c3c7a11';
const APP_ID = `ari:cloud:ecosystem::app/${APP_UUID}`;
const HOUR_MS = 3_600_000;

let now: number;
let forge: SimulatedForge;
let remote: Server;
let endpoint: EndpointCall;
/** The remote's requests, oldest first. */
let received: { headers: IncomingHttpHeaders; body: { payload: Record<string, unknown> } }[];

beforeEach(async () => {
  received = [];
  remote = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => remote.listen(0, '127.0.0.1', resolve));
  const { port } = remote.address() as AddressInfo;
  endpoint = { endpointKey: 'token', url: `http://127.0.0.1:${port}/forge/token`, systemToken: true };
});

afterEach(async () => {
  await forge.stop();
  remote.closeAllConnections();
  await new Promise((resolve) => remote.close(resolve));
});

async function start(options: Partial<ForgeOptions> = {}): Promise<void> {
  // Close to the real time, because tokens are verified with the real clock.
  now = Date.now();
  forge = await startForge({ appId: APP_ID, now: () => now, ...options });
}

const claims = (index: number) =>
  decodeJwt<{ app: { installationId: string; apiBaseUrl: string } }>(
    String(received[index]?.headers.authorization).replace('Bearer ', ''),
  );
const systemToken = (index: number) => String(received[index]?.headers['x-forge-oauth-system']);
const ariOf = ({ uuid }: { uuid: string }) => `ari:cloud:ecosystem::installation/${uuid}`;

test('a call is for the first installation, signed with the published key', async () => {
  await start();
  await forge.call(endpoint);
  const token = String(received[0]?.headers.authorization).replace('Bearer ', '');
  await expect(jwtVerify(token, createRemoteJWKSet(new URL(forge.jwksUrl)))).resolves.toMatchObject({
    payload: {
      aud: APP_ID,
      app: {
        installationId: ariOf(forge.installation),
        apiBaseUrl: `https://api.atlassian.com/ex/confluence/${forge.installation.cloudId}`,
      },
    },
  });
});

test('the API may have another origin', async () => {
  await start({ apiOrigin: 'http://127.0.0.1:4567' });
  await forge.call(endpoint);
  expect(claims(0).app.apiBaseUrl).toBe(`http://127.0.0.1:4567/ex/confluence/${forge.installation.cloudId}`);
});

test('several installations have their own sites and tokens', async () => {
  await start({ installations: 3 });
  expect(forge.installations).toHaveLength(3);
  for (const installation of forge.installations) await forge.call(endpoint, installation);
  expect(received.map((_call, index) => claims(index).app.installationId)).toEqual(forge.installations.map(ariOf));
  expect(new Set(received.map((_call, index) => systemToken(index))).size).toBe(3);
  expect(new Set(forge.installations.map(({ cloudId }) => cloudId)).size).toBe(3);
});

describe('a system token', () => {
  test('is valid at the site of its installation, and nowhere else', async () => {
    await start({ installations: 2 });
    const [one, other] = forge.installations;
    await forge.call(endpoint, one);
    await expect(forge.isValid(systemToken(0), one?.cloudId ?? '')).resolves.toBe(true);
    await expect(forge.isValid(systemToken(0), other?.cloudId ?? '')).resolves.toBe(false);
    await expect(forge.isValid('made up', one?.cloudId ?? '')).resolves.toBe(false);
  });

  test('stays valid for its four hours, also when a newer one was made', async () => {
    await start();
    await forge.call(endpoint);
    forge.rotateSystemToken();
    await forge.call(endpoint);
    const { cloudId } = forge.installation;
    const valid = () => Promise.all([0, 1].map((index) => forge.isValid(systemToken(index), cloudId)));
    expect(systemToken(0)).not.toBe(systemToken(1));
    await expect(valid()).resolves.toEqual([true, true]);
    now += 4 * HOUR_MS;
    // Issued within the same second, the newer one expires a second later, so that it is clear which one is newer.
    await expect(valid()).resolves.toEqual([false, true]);
    now += 1_000;
    await expect(valid()).resolves.toEqual([false, false]);
  });
});

describe('sends to a remote', () => {
  test('an installation', async () => {
    await start();
    const { installation, status } = await forge.install(endpoint);
    expect(status).toBe(204);
    expect(forge.installations.at(-1)).toEqual(installation);
    expect(claims(0).app.installationId).toBe(ariOf(installation));
    expect(received[0]?.body.payload).toEqual({
      id: installation.uuid,
      installerAccountId: expect.any(String),
      app: { id: APP_UUID, version: '1.0.0' },
      context: `ari:cloud:confluence::site/${installation.cloudId}`,
    });
    await expect(forge.isValid(systemToken(0), installation.cloudId)).resolves.toBe(true);
  });

  test('an upgrade', async () => {
    await start();
    await forge.upgrade(endpoint);
    expect(claims(0).app.installationId).toBe(ariOf(forge.installation));
    expect(received[0]?.body.payload).toMatchObject({
      id: forge.installation.uuid,
      upgraderAccountId: expect.any(String),
      app: { version: '2.0.0' },
    });
  });

  test('an uninstallation, without a token; then its tokens are invalid', async () => {
    await start();
    const { cloudId } = forge.installation;
    await forge.call(endpoint);
    await forge.uninstall({ ...endpoint, systemToken: false });
    expect(received[1]?.headers['x-forge-oauth-system']).toBeUndefined();
    expect(forge.installations).toEqual([]);
    await expect(forge.isValid(systemToken(0), cloudId)).resolves.toBe(false);
  });
});

test('a reinstallation is another installation of the same site', async () => {
  await start();
  const before = forge.installation;
  await forge.call(endpoint);
  await forge.uninstall({ ...endpoint, systemToken: false });
  const { installation } = await forge.install(endpoint, before.cloudId);
  expect(installation.cloudId).toBe(before.cloudId);
  expect(installation.uuid).not.toBe(before.uuid);
  await expect(forge.isValid(systemToken(0), before.cloudId)).resolves.toBe(false);
  await expect(forge.isValid(systemToken(2), before.cloudId)).resolves.toBe(true);
});

test('an app whose endpoint fails is uninstalled anyway', async () => {
  await start();
  await expect(forge.uninstall({ ...endpoint, url: 'http://127.0.0.1:1/' })).rejects.toThrow();
  expect(forge.installations).toEqual([]);
});
