import { edited, GOOD, lineOf } from '../lib/manifest/manifests';
import { EU, manifestFolder, NEW, OLD, stack } from './manifest-command';

const { read, run, write, writeOutputs } = manifestFolder();

const MAP = `baseUrl:\n      default: ${NEW}\n      EU: ${EU}\n`;
const WITH_MAP = edited(GOOD, [`baseUrl: ${OLD}\n`, MAP]);
const twoRegions = () => writeOutputs(stack('dev'), stack('dev', { Region: 'EU', RemoteBaseUrl: EU }));

test('a stage with regions turns the URL into a map', () => {
  twoRegions();
  const { status, out, err } = run([]);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(read()).toBe(WITH_MAP);
  expect(out).toContain(`manifest.yml:${lineOf(WITH_MAP, 'EU:')}: the baseUrl.EU of remote "aws" has changed.`);
  expect(out).toContain(`  old  (none)\n  new  ${EU}`);
  expect(out).toContain('major    The remote "aws" has a map of regions as baseUrl, with new URLs:');
  expect(run([]).out).toContain(`is up to date: the baseUrl of remote "aws" is default ${NEW}, EU ${EU}`);
});

test('which is minor where no URL is new', () => {
  write('manifest.yml', edited(GOOD, [OLD, NEW]));
  writeOutputs(stack('dev'), stack('dev', { Region: 'EU' }));
  const { out } = run([]);
  expect(out).toMatch(/Compared with manifest\.yml as it was, this is a minor version/);
  expect(out).toContain('minor    The remote "aws" has a map of regions as baseUrl, all with the previous URL');
});

test('--check compares each region', () => {
  twoRegions();
  write('manifest.yml', edited(WITH_MAP, [EU, 'https://old.example.com']));
  const { status, err } = run(['--check']);
  expect(status).toBe(1);
  expect(err).toContain(
    `manifest.yml:${lineOf(WITH_MAP, 'EU:')}: the baseUrl.EU of remote "aws" is not the deployed URL.\n  manifest  https://old.example.com\n  deployed  ${EU}\n`,
  );
  expect(err).not.toContain('baseUrl.default of');
  run([]);
  expect(run(['--check']).status).toBe(0);
});

test('a region that is not deployed stays, is told, and goes with --remove-regions', () => {
  write('manifest.yml', WITH_MAP);
  expect(run([])).toMatchObject({
    status: 0,
    out: expect.stringContaining(
      `The region EU (${EU}) stays, but stage dev doesn't have it. --remove-regions removes it.`,
    ),
  });
  expect(read()).toBe(WITH_MAP);
  const { status, err } = run(['--check']);
  expect(status).toBe(1);
  expect(err).toContain(`  manifest  ${EU}\n  deployed  (none)`);
  expect(err).toContain('With --remove-regions it removes the regions that are not deployed.');

  const removed = run(['--remove-regions']);
  expect(removed.out).toContain(`  old  ${EU}\n  new  (none)`);
  expect(removed.out).toContain('Removing the URL of a region makes a major version.');
  expect(read()).toBe(edited(WITH_MAP, [`      EU: ${EU}\n`, '']));
  expect(run(['--check']).status).toBe(0);
});

test('regions that another remote lacks are refused, and nothing is written', () => {
  twoRegions();
  const text = `${GOOD}  - key: files\n    baseUrl: https://f.example.com\n    storage: { inScopeEUD: true }\n`;
  write('manifest.yml', text);
  expect(run([])).toMatchObject({ status: 1, out: '', err: expect.stringMatching(/Remote "files" stores .* EU/) });
  expect(read()).toBe(text);
});
