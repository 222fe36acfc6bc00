import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';
import type { SlotService } from '../../../../lambda/contract/slot';
import {
  BUNDLE_FILE,
  type Bundle,
  bundleFunction,
  bundlePath,
  observe,
  receiverEnvironment,
  startBundle,
} from '../../../../test/support/bundle';
import { addTable } from '../../../../test/support/emulated-table';
import { functionUrlEvent, goodClaims, systemToken } from '../../../../test/support/forge-call';
import { type EmulatedAws, startAws } from '../../../emulator/aws/server';
import { signInvocationToken } from '../../../emulator/forge/invocation-token';
import { type KeyServer, startKeyServer } from '../../../emulator/forge/key-server';
import { createSigningKey, type SigningKey } from '../../../emulator/forge/signing-key';
import type { FunctionProcess } from '../../../emulator/function-url/function-process';
import { filesLoadedBy, isSdk, modulesIn } from './imports';

/** Makes each module of the AWS SDK note that it runs. */
const noteSdkModules: Plugin = {
  name: 'note-sdk-modules',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      if (!isSdk(path)) return undefined;
      const note = `(globalThis.sdkModules ??= []).push(${JSON.stringify(path)});\n`;
      return { contents: note + readFileSync(path, 'utf8'), loader: 'js' };
    });
  },
};

/** A function around the receiver that answers how many modules of the SDK have run, beside what the receiver answers. */
const OBSERVER = `
import { handler as receive } from './observed.mjs';
export const handler = async (event) => {
  const { statusCode } = await receive(event);
  return { statusCode, sdkModules: (globalThis.sdkModules ?? []).length };
};
`;

// Bundling, and processes that start: a busy machine takes its time.
jest.setTimeout(30_000);

/** Files with code of the SDK that could run before the gate is open: no wait runs before it, here or in an import. */
function filesInFrontOfTheGate(metafile: Bundle['metafile']): string[] {
  const withSdk = Object.keys(metafile.outputs).filter((file) => modulesIn([file], metafile).some(isSdk));
  expect(withSdk).not.toEqual([]);
  // esbuild lists a file's modules in the order in which they run; what is CommonJS comes before all else, and runs where
  // it is imported.
  const firstOf = (file: string) => modulesIn([file], metafile).find((module) => !/mnemonist|obliterator/.test(module));
  const gates = withSdk.filter((file) => firstOf(file) === GATE);
  return withSdk.filter((file) => !filesLoadedBy(file, metafile).some((loaded) => gates.includes(loaded)));
}

const GATE = 'lambda/receiver/sdk-gate.ts';

describe.each(['secretsmanager', 'dynamodb'] as const)('the bundle for %s', (service) => {
  let metafile: Bundle['metafile'];
  beforeAll(async () => {
    ({ metafile } = await bundleFunction('receiver', [], service));
  });

  test('loads no SDK with the receiver: no chain of static imports leads to it', () => {
    const loaded = modulesIn(filesLoadedBy(bundlePath(BUNDLE_FILE), metafile), metafile);
    expect(loaded).toContain('lambda/receiver/handler.ts');
    expect(loaded.filter(isSdk)).toEqual([]);
  });

  test('has the SDK behind the gate, in each of its files', () => {
    expect(filesInFrontOfTheGate(metafile)).toEqual([]);
    const later = modulesIn(Object.keys(metafile.outputs), metafile);
    expect(later).toContain(`lambda/slots/${service === 'dynamodb' ? 'table' : 'secret'}-slots.ts`);
  });
});

let keyServer: KeyServer;
let aws: EmulatedAws;
let key: SigningKey;

beforeAll(async () => {
  key = await createSigningKey();
  keyServer = await startKeyServer(key.jwks);
  aws = await startAws();
});

afterAll(async () => {
  await Promise.all([keyServer?.stop(), aws?.stop()]);
});

const newSecret = () => aws.secrets.create({ Name: 'slot' }).ARN ?? '';

/** A receiver whose slots are in this service. */
async function startReceiver(service: SlotService): Promise<FunctionProcess> {
  const slots = service === 'dynamodb' ? { table: addTable(aws, 'slots').name } : { secretArn: newSecret() };
  return startBundle({
    files: observe(await bundleFunction('receiver', [noteSdkModules], service), OBSERVER),
    environment: receiverEnvironment({ jwksUrl: keyServer.url, slots }),
    awsEndpointUrl: aws.url,
  });
}

const nowSeconds = () => Math.floor(Date.now() / 1000);
const authorize = async (signer: SigningKey, changes: object = {}) =>
  `Bearer ${await signInvocationToken({ ...goodClaims({ nowSeconds: nowSeconds() }), ...changes }, signer)}`;

describe.each(['secretsmanager', 'dynamodb'] as const)('with slots in %s', (service) => {
  let receiver: FunctionProcess;
  beforeAll(async () => {
    receiver = await startReceiver(service);
  });
  afterAll(() => receiver?.stop());

  /** @returns the status, and how many modules of the SDK have run until then */
  async function call(headers: Record<string, string>, path?: string): Promise<readonly [number, number]> {
    const event = functionUrlEvent({ headers, ...(path !== undefined && { path }) });
    const { statusCode, sdkModules } = (await receiver.invoke(event)) as { statusCode: number; sdkModules: number };
    return [statusCode, sdkModules];
  }

  test('nothing of the AWS SDK is loaded before a call is proven and has something to store', async () => {
    const delivered = { 'x-forge-oauth-system': await systemToken(nowSeconds() + 4 * 3600) };
    const stranger = { ...(await createSigningKey()), keyId: key.keyId };

    expect(await call(delivered, '/elsewhere')).toEqual([404, 0]);
    expect(await call(delivered)).toEqual([401, 0]);
    expect(await call({ ...delivered, authorization: 'Bearer a.b.c' })).toEqual([401, 0]);
    expect(await call({ ...delivered, authorization: await authorize(key, { aud: 'another app' }) })).toEqual([401, 0]);
    expect(await call({ ...delivered, authorization: await authorize(stranger) })).toEqual([401, 0]);
    expect(await call({ authorization: await authorize(key) })).toEqual([422, 0]);

    const [status, sdkModules] = await call({ ...delivered, authorization: await authorize(key) });
    expect(status).toBe(200);
    expect(sdkModules).toBeGreaterThan(0);
  });
});
