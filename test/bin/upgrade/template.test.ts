import path from 'node:path';
import { matches, parseTemplate, readTemplate } from '../../../bin/upgrade/template';

const template = readTemplate(path.join(__dirname, '../../..'));

test('what a fork owns is listed once, beside the version of the template', () => {
  expect(template.version).toMatch(/^\d+\.\d+\.\d+$/);
  for (const file of [
    'manifest.yml',
    'config.ts',
    'lambda/job.ts',
    'lambda/job/steps/sync.ts',
    'test/own/job.test.ts',
  ]) {
    expect({ file, owned: matches(file, template.owned) }).toEqual({ file, owned: true });
  }
  for (const file of [
    'lambda/jobs.ts',
    'lib/config.ts',
    'test/lib/worker.test.ts',
    'docs/README.md',
    'template.json',
  ]) {
    expect({ file, owned: matches(file, template.owned) }).toEqual({ file, owned: false });
  }
});

test.each([
  ['no JSON', '{', /is not JSON/],
  ['a version that is none', JSON.stringify({ ...template, version: '1.0' }), /version: must be a version/],
  ['a pattern of another kind', JSON.stringify({ ...template, owned: ['lambda/*.ts'] }), /owned\.0: must be a path/],
  ['a key that there is not', JSON.stringify({ ...template, own: [] }), /Unrecognized key/],
])('%s is refused', (_what, text, message) => {
  expect(() => parseTemplate(text)).toThrow(message);
});
