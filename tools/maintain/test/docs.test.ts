import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { HINTS } from '../../../bin/deploy/hints';
import { METRICS, REASONS } from '../../../lambda/contract/outcomes';
import { ForgeRemote } from '../../../lib/forge-remote';
import { remoteProps } from '../../../test/lib/support/fixtures';
import { HTTP_API } from '../../../test/lib/support/http-api';
import { templateOf } from '../../../test/lib/support/synth';

const ROOT = path.join(__dirname, '../../..');
const readText = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const readme = readText('README.md');
/** Every text that a person reads, by its path. */
const pages = new Map(
  [
    ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
    ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
      .map((name) => path.join('docs', name))
      .filter((name) => name.endsWith('.md')),
  ].map((name) => [name, readText(name)]),
);
const refusalRows = readText('docs/refusals.md')
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|'));
const packageJson = JSON.parse(readText('package.json'));
/** Of the root and of its workspaces. */
const packages = [
  packageJson,
  ...['emulator', 'maintain'].map((name) => JSON.parse(readText(`tools/${name}/package.json`))),
];
const allDependencies: Readonly<Record<string, string>> = Object.assign(
  {},
  ...packages.flatMap(({ dependencies, devDependencies }) => [dependencies, devDependencies]),
);

/** The section of a page under the heading `title`. */
function section(page: string, title: string): string {
  const [, body = ''] = (pages.get(page) ?? '').split(`\n## ${title}\n`);
  return body.split('\n## ')[0] ?? '';
}

test.each(Object.entries(REASONS))('the reason %s has a row with its status', (reason, { status }) => {
  const row = refusalRows.find(([, name]) => name?.trim() === `\`${reason}\``);
  expect(row?.[2]?.trim()).toBe(String(status));
});

test('no row is of a reason that is not there', () => {
  expect(refusalRows).toHaveLength(Object.keys(REASONS).length);
});

test('the failures of a first deployment are the ones that npm run deploy explains, in the same words', () => {
  const rows = section('docs/first-deployment.md', 'When it fails')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1);
  expect(rows).toEqual(HINTS.map(({ shows, cause, fix }) => `| ${shows} | ${cause} | ${fix} |`));
});

test('the page of the job says when a message that ends the function is given up', () => {
  const template = templateOf((stack) => new ForgeRemote(stack, 'Remote', remoteProps({})));
  const [queue] = Object.values(
    template.findResources('AWS::SQS::Queue', { Properties: { RedrivePolicy: Match.anyValue() } }),
  );
  const { RedrivePolicy, VisibilityTimeout } = queue?.Properties ?? {};
  const { maxReceiveCount: tries } = RedrivePolicy;
  expect(pages.get('docs/your-job.md')?.replaceAll('\n', ' ')).toContain(
    `after ${tries} tries, ${VisibilityTimeout / 60} minutes apart, ${(tries * VisibilityTimeout) / 3600} hours in which`,
  );
});

test('every metric has a row, and none has one that is not emitted', () => {
  const explained = section('docs/runbook.md', 'Metrics')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  expect(explained.sort()).toEqual(Object.values(METRICS).sort());
});

test('the table of alarms and the runbook are of the same alarms', () => {
  const named = (title: string, row: RegExp) =>
    [...section('docs/runbook.md', title).matchAll(row)].map(([, name]) => name).sort();
  const alarms = named('Alarms', /^\| ([A-Z][A-Za-z]+)[^|]*\| (?:page|ticket) \|/gm);
  expect(alarms.length).toBeGreaterThan(10);
  expect(named('Runbook', /^### ([A-Za-z]+)$/gm)).toEqual(alarms);
});

test('every alarm that can be deployed leads to its section of the runbook, and no section is of another', () => {
  const stages = [
    remoteProps({}),
    remoteProps({ slot: { strategy: 'perInstallation' }, exposure: { httpApi: HTTP_API } }),
  ];
  const texts = stages.flatMap((props) =>
    Object.values(
      templateOf((stack) => new ForgeRemote(stack, 'Remote', props)).findResources('AWS::CloudWatch::Alarm'),
    ),
  );
  const anchors = texts.map(({ Properties }) => /docs\/runbook\.md#(\w+)$/.exec(Properties.AlarmDescription)?.[1]);
  const sections = [...section('docs/runbook.md', 'Runbook').matchAll(/^### (.+)$/gm)].map(([, heading = '']) =>
    anchorOf(heading),
  );
  expect([...new Set(anchors)].sort()).toEqual(sections.sort());
});

test('every dependency has its sentence, and none has one that is not there', () => {
  const explained = section('docs/maintaining.md', 'Dependencies')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  expect(explained.sort()).toEqual(Object.keys(allDependencies).sort());
});

test('every dependency has an exact version', () => {
  for (const version of Object.values(allDependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});

test.each([...pages])('%s names no command that is not a script', (_, text) => {
  const named = [...text.matchAll(/npm run ([a-z:-]+)/g)].map(([, name]) => name ?? '');
  for (const name of named) expect(packageJson.scripts).toHaveProperty([name]);
});

test('a newcomer reads the README in three minutes', () => {
  expect(readme.split('\n').length).toBeLessThanOrEqual(200);
});

test.each([...pages.keys()].filter((name) => /^docs\/[^/]+$/.test(name)))('%s says first for whom it is', (page) => {
  const [title, , opening] = (pages.get(page) ?? '').split('\n');
  expect(title).toMatch(/^# /);
  expect(opening).toMatch(/^For /);
});

/** What GitHub makes of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (text: string) => [
  ...[...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading)),
  ...[...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id]) => id),
];

test.each([...pages])('every link of %s leads somewhere', (page, text) => {
  const broken = [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]*)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => {
      const [file = '', anchor] = target.split('#');
      const linked = file === '' ? page : path.join(path.dirname(page), file);
      if (!existsSync(path.join(ROOT, linked))) return true;
      return anchor !== undefined && !anchorsOf(pages.get(linked) ?? '').includes(anchor);
    });
  expect(broken).toEqual([]);
});

test('the README leads to every page', () => {
  const linked = [...readme.matchAll(/\]\((docs\/[^)#]+)/g)].map(([, target]) => target);
  const pagesOfReaders = [...pages.keys()].filter((name) => /^docs\/[^/]+$/.test(name));
  expect(
    pagesOfReaders.filter((name) => !linked.includes(name) && !isReachedFrom('docs/maintaining.md', name)),
  ).toEqual([]);
});

const isReachedFrom = (page: string, target: string) =>
  pages.get(page)?.includes(`](${path.basename(target)})`) ?? false;

test('manifest.yml and the docs agree on when the first call comes', () => {
  const said = /about 5 minutes after ["`]forge deploy["`],? (?:or )?within the hour/;
  for (const file of ['manifest.yml', 'docs/first-call.md'])
    expect(readText(file).replaceAll(/\n\s*#/g, '')).toMatch(said);
  expect(readme).toContain('(docs/first-call.md)');
});

test('CI runs exactly the test command that the README names', () => {
  expect(readme).toContain('npm ci && npm test');
  expect(readText('.ci/run')).toContain('(npm ci && npm test)');
});
