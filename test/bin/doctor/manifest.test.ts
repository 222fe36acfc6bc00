import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appIdOutcome, driftOutcome, readManifestFile } from '../../../bin/doctor/manifest';
import { APP_ID, edited, GOOD, lineOf, variable } from '../../lib/manifest/manifests';
import { LOCAL_TARGET, TARGET } from './targets';

const URL = 'https://abc.lambda-url.eu-central-1.on.aws';
const OTHER_APP = APP_ID.replace('8db33309', '00000001');
const PLACEHOLDER = 'ari:cloud:ecosystem::app/00000000-0000-0000-0000-000000000000';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-manifest-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A manifest with this text; without one, no file. */
function read(text?: string, remoteKey = 'aws') {
  if (text !== undefined) writeFileSync(join(folder, 'manifest.yml'), text);
  return readManifestFile(TARGET, { cwd: folder, environment: {} }, remoteKey);
}

const drift = (text?: string, baseUrl = URL) => driftOutcome(read(text), { baseUrl }, TARGET, {});

const appId = (text: string | undefined, deployed: { appId?: string; receiverAppId?: string }, target = TARGET) =>
  appIdOutcome(read(text), { baseUrl: URL, appId: APP_ID, ...deployed }, target);

describe('drift', () => {
  test('none', () => {
    expect(drift(GOOD)).toMatchObject({ status: 'ok' });
  });

  test('shows both URLs, the line, and what to run', () => {
    expect(drift(GOOD, 'https://new.lambda-url.eu-central-1.on.aws')).toEqual({
      status: 'wrong',
      summary: `manifest.yml:${lineOf(GOOD, 'baseUrl:')}: the baseUrl of the remote "aws" is not the deployed URL, so Forge calls elsewhere`,
      details: [`manifest  ${URL}`, 'deployed  https://new.lambda-url.eu-central-1.on.aws'],
      fixes: ['WRITE MANIFEST'],
    });
  });

  test('a remote without a URL', () => {
    const { details } = drift(GOOD.slice(0, GOOD.indexOf('remotes:')));
    expect(details).toContain('manifest  (none)');
  });

  test('a variable of the manifest counts as what it stands for', () => {
    const text = edited(GOOD, [URL, variable('BACKEND')]).concat(
      `environment:\n  variables:\n    - key: BACKEND\n      default: ${URL}\n`,
    );
    expect(drift(text).status).toBe('ok');
    expect(drift(text, 'https://new.lambda-url.eu-central-1.on.aws').details).toContain(`manifest  ${URL}`);
  });

  test('a URL that could not be written is compared all the same', () => {
    expect(drift(GOOD, 'http://127.0.0.1:1')).toMatchObject({
      status: 'wrong',
      summary: expect.stringMatching(/^manifest\.yml: the baseUrl of the remote "aws" is not the deployed URL/),
    });
  });

  test('a map of regions: that of the stack must be the deployed one', () => {
    const regions = (url: string) => edited(GOOD, [URL, `{ default: ${url}, EU: https://eu.example.com }`]);
    expect(drift(regions(URL))).toMatchObject({
      status: 'ok',
      summary: 'manifest.yml has the deployed URL, for the region default',
    });
    expect(drift(edited(GOOD, [URL, `{ default: https://us.example.com, EU: ${URL} }`]))).toMatchObject({
      status: 'wrong',
      details: ['default: https://us.example.com', `EU: ${URL}`],
      fixes: ['WRITE MANIFEST'],
    });
  });

  test.each<[string, string | undefined, RegExp, RegExp]>([
    ['no file', undefined, /^manifest\.yml does not exist/, /--manifest/],
    ['a file that is not YAML', 'a: [1\n', /can't be used/, /Correct manifest\.yml/],
    ['a manifest that is refused', edited(GOOD, ['interval: hour', 'interval: day']), /can't be used/, /Correct/],
  ])('%s', (_what, text, summary, fix) => {
    expect(drift(text)).toMatchObject({
      status: 'wrong',
      summary: expect.stringMatching(summary),
      fixes: [expect.stringMatching(fix)],
    });
  });

  test('what is refused is told with line and fix', () => {
    expect(drift(edited(GOOD, ['interval: hour', 'interval: day'])).details).toEqual([
      expect.stringMatching(/^manifest\.yml:9: .*day/),
    ]);
  });
});

describe('app id', () => {
  test('equal everywhere', () => {
    expect(appId(GOOD, { receiverAppId: APP_ID })).toMatchObject({ status: 'ok', summary: `${APP_ID}, on both sides` });
  });

  test('another one in the manifest', () => {
    expect(appId(edited(GOOD, [APP_ID, OTHER_APP]), { receiverAppId: APP_ID })).toMatchObject({
      status: 'wrong',
      summary: expect.stringContaining('(audience-wrong)'),
      details: [`manifest.yml  ${OTHER_APP}`, `stack         ${APP_ID}`, `receiver      ${APP_ID}`],
      fixes: [expect.stringContaining('DEPLOY')],
    });
  });

  test('another one in the receiver', () => {
    expect(appId(GOOD, { receiverAppId: OTHER_APP })).toMatchObject({
      status: 'wrong',
      summary: expect.stringContaining('the receiver was changed by hand'),
      fixes: ['RESTORE'],
    });
  });

  test('the placeholder, which only a local run may have', () => {
    const text = edited(GOOD, [APP_ID, PLACEHOLDER]);
    const deployed = { appId: PLACEHOLDER, receiverAppId: PLACEHOLDER };
    expect(appId(text, deployed)).toMatchObject({
      status: 'wrong',
      fixes: [expect.stringContaining('forge register')],
    });
    expect(appId(text, deployed, LOCAL_TARGET).status).toBe('ok');
  });

  test('no manifest to compare with', () => {
    expect(appId(undefined, { receiverAppId: APP_ID })).toMatchObject({
      status: 'unseen',
      fixes: [expect.stringContaining('--manifest')],
    });
  });
});
