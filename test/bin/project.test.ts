import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { configuredDomains, readConfig, readText, selectStages } from '../../bin/project';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'project-'));
  const stage = (name: string) => ({
    name,
    region: 'us-east-1',
    environments: [name === 'dev' ? 'DEVELOPMENT' : 'PRODUCTION'],
  });
  writeFileSync(
    path.join(folder, 'config.ts'),
    `export default ${JSON.stringify({ stages: ['dev', 'prod'].map(stage) })};`,
  );
  writeFileSync(path.join(folder, 'broken.ts'), 'export default {');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a configuration that does not compile: where', () => {
  expect(() => readConfig('broken.ts', folder)).toThrow(/^broken\.ts can't be loaded: .*\n.*broken\.ts:1:16: ERROR/);
});

test('no such file: what to do', () => {
  expect(() => readConfig('nowhere.ts', folder)).toThrow(
    'nowhere.ts does not exist. Run this in the folder of the project, or name the file.',
  );
  expect(() => readText('nowhere.yml', folder, 'Give its name with -c manifest=…')).toThrow(
    'nowhere.yml does not exist. Give its name with -c manifest=…',
  );
});

test('no such stage: which there are', () => {
  const config = readConfig('config.ts', folder);
  expect(() => selectStages(config, 'qa', 'config.ts')).toThrow('config.ts has no stage "qa"; allowed: dev, prod');
  expect(selectStages(config, 'prod', 'config.ts').map(({ name }) => name)).toEqual(['prod']);
  expect(selectStages(config, undefined, 'config.ts').map(({ name }) => name)).toEqual(['dev', 'prod']);
});

test('the domains that stages answer at: those of exposure.httpApi', () => {
  const empty = mkdtempSync(path.join(tmpdir(), 'project-'));
  expect(configuredDomains(empty)).toEqual([]);
  const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';
  const exposure = { httpApi: { domainName: 'forge.example.com', certificateArn } };
  const stage = { name: 'dev', region: 'us-east-1', environments: ['DEVELOPMENT'], exposure };
  writeFileSync(path.join(empty, 'config.ts'), `export default ${JSON.stringify({ stages: [stage] })};`);
  expect(configuredDomains(empty)).toEqual(['forge.example.com']);
  rmSync(empty, { recursive: true });
});
