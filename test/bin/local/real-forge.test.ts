import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  pointManifest,
  recoverManifest,
  refusePublicUrl,
  refuseUnregistered,
  tunnelProblem,
} from '../../../bin/local/real-forge';
import { MANIFEST_BEFORE } from '../../../bin/project';
import { parseManifest } from '../../../lib/manifest/document';
import { edited, GOOD, TEMPLATE, variable } from '../../lib/manifest/manifests';

const URL_BEFORE = 'https://abc.lambda-url.eu-central-1.on.aws';
const TUNNEL = 'https://forge.example.com';
const COMMANDS = [
  'forge deploy -e development',
  'forge install -e development    # add --upgrade if the app is installed already',
];

let project: string;
beforeEach(() => {
  project = mkdtempSync(path.join(tmpdir(), 'real-'));
});
afterEach(() => rmSync(project, { recursive: true }));

const file = (name = 'manifest.yml') => path.join(project, name);
const read = (name?: string) => readFileSync(file(name), 'utf8');
function point(text: string, environment: NodeJS.ProcessEnv = {}) {
  writeFileSync(file(), text);
  return pointManifest(project, {
    manifest: parseManifest(text, 'manifest.yml'),
    publicUrl: TUNNEL,
    remoteKey: 'aws',
    environment,
  });
}

describe('manifest.yml', () => {
  test('has the public URL until the end, and then its own', () => {
    const pointed = point(GOOD);
    expect(pointed.next).toEqual(COMMANDS);
    expect(read()).toBe(edited(GOOD, [URL_BEFORE, TUNNEL]));
    expect(read(MANIFEST_BEFORE)).toBe(GOOD);
    expect(pointed.restore()).toEqual([expect.stringContaining('manifest.yml has its own URL again.')]);
    expect(read()).toBe(GOOD);
    expect(existsSync(file(MANIFEST_BEFORE))).toBe(false);
  });

  test('has it for all regions', () => {
    const regions = (url: string) => edited(GOOD, [URL_BEFORE, `{ default: ${url}, EU: ${url} }`]);
    point(regions(URL_BEFORE));
    expect(read()).toBe(regions(TUNNEL));
  });

  test('keeps what was edited meanwhile: only the URL goes back', () => {
    const pointed = point(GOOD);
    const more: [string, string] = ['interval: hour', 'interval: fiveMinute'];
    writeFileSync(file(), edited(read(), more));
    pointed.restore();
    expect(read()).toBe(edited(GOOD, more));
  });

  test('stays as it is where it has another URL by now, such as that of a deployment', () => {
    const pointed = point(GOOD);
    const deployed = edited(GOOD, [URL_BEFORE, 'https://new.lambda-url.eu-central-1.on.aws']);
    writeFileSync(file(), deployed);
    expect(pointed.restore()).toEqual([expect.stringContaining(`no longer has the URL ${TUNNEL}`)]);
    expect(read()).toBe(deployed);
    expect(existsSync(file(MANIFEST_BEFORE))).toBe(false);
  });

  test('that nobody can read any more stays, and its old self is named', () => {
    const pointed = point(GOOD);
    writeFileSync(file(), 'modules: [');
    expect(pointed.restore().join('\n')).toMatch(/could not be restored: .*\n\.local/);
    expect(read()).toBe('modules: [');
    expect(read(MANIFEST_BEFORE)).toBe(GOOD);
  });

  test('is not written where a variable has the URL: the developer exports it', () => {
    const text = `${edited(GOOD, [URL_BEFORE, variable('URL')])}environment:\n  variables:\n    - { key: URL, default: ${URL_BEFORE} }\n`;
    const pointed = point(text, { URL: URL_BEFORE });
    expect(pointed.next).toEqual([`export URL=${TUNNEL}`, ...COMMANDS]);
    expect(read()).toBe(text);
    expect(pointed.restore()).toEqual([expect.stringContaining(`Unset what you exported: export URL=${TUNNEL}.`)]);
    expect(existsSync(file(MANIFEST_BEFORE))).toBe(false);
  });

  test('that was edited during the deployment keeps the edit', () => {
    const newer = edited(GOOD, ['interval: hour', 'interval: fiveMinute']);
    writeFileSync(file(), newer);
    const manifest = parseManifest(GOOD, 'manifest.yml');
    const pointed = pointManifest(project, { manifest, publicUrl: TUNNEL, remoteKey: 'aws', environment: {} });
    expect(read()).toBe(edited(newer, [URL_BEFORE, TUNNEL]));
    pointed.restore();
    expect(read()).toBe(newer);
  });

  test('is not written where it says the URL already', () => {
    const text = edited(GOOD, [URL_BEFORE, TUNNEL]);
    expect(point(text).restore()).toEqual([]);
    expect(read()).toBe(text);
  });
});

describe('before anything is deployed', () => {
  test.each([
    ['http://forge.example.com', 'https: only'],
    ['https://forge.example.com/', 'slash'],
    ['https://forge.example.com/a', 'path'],
    ['forge.example.com', 'not a URL'],
  ])('the public URL %s is refused', (url, reason) => {
    writeFileSync(file(), GOOD);
    expect(() => refusePublicUrl(url)).toThrow(reason);
    expect(() => refusePublicUrl(url)).toThrow(`--public-url is ${JSON.stringify(url)}`);
  });

  test('an app that is not registered is told to register', () => {
    expect(() => refuseUnregistered(parseManifest(TEMPLATE, 'manifest.yml'))).toThrow('Run "forge register" first.');
  });
});

describe('after a run that was killed', () => {
  /** Has the run's note say that it is another process. */
  const asProcess = (processId: number) => {
    const note = path.join('.local', 'real-forge.json');
    writeFileSync(file(note), JSON.stringify({ ...JSON.parse(read(note)), processId }));
  };
  /** Above the highest id of a process. */
  const NOBODY = 2 ** 30;

  test('the next one puts the URL back, and keeps what was edited', () => {
    const more: [string, string] = ['interval: hour', 'interval: fiveMinute'];
    point(GOOD);
    writeFileSync(file(), edited(read(), more));
    asProcess(NOBODY);
    expect(recoverManifest(project, {})).toEqual([
      expect.stringContaining('An earlier run was killed'),
      expect.stringContaining('has its own URL again'),
    ]);
    expect(read()).toBe(edited(GOOD, more));
    expect(recoverManifest(project, {})).toEqual([]);
  });

  test('one that is up is told from it, and left alone', () => {
    point(GOOD);
    expect(() => recoverManifest(project, {})).toThrow(`is still running (process ${process.pid})`);
    expect(read(MANIFEST_BEFORE)).toBe(GOOD);
  });

  test('without its note, the old file is named', () => {
    writeFileSync(file(), GOOD);
    mkdirSync(path.dirname(file(MANIFEST_BEFORE)));
    writeFileSync(file(MANIFEST_BEFORE), GOOD);
    expect(() => recoverManifest(project, {})).toThrow(`${MANIFEST_BEFORE} has it as it was`);
  });
});

test.each([
  ['leads here', new Response('{"reason":"route-unknown"}', { status: 404 }), undefined],
  ['leads elsewhere', new Response('<html>', { status: 502 }), 'it answers 502'],
])('a tunnel that %s', async (_, response, problem) => {
  expect(await tunnelProblem(TUNNEL, async () => response)).toBe(problem);
});

test('a tunnel that is not there', async () => {
  const fetch = async () => {
    throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND forge.example.com') });
  };
  expect(await tunnelProblem(TUNNEL, fetch)).toBe('getaddrinfo ENOTFOUND forge.example.com');
});
