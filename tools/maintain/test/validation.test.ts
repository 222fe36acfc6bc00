import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createFixtureFork } from '../../../test/support/fixture-fork';

const fork = createFixtureFork();
const output = mkdtempSync(path.join(tmpdir(), 'validation-'));
afterAll(() => {
  fork.remove();
  rmSync(output, { recursive: true });
});

// The other tests do without it, since it costs seconds.
test("CDK's own validation of templates finds nothing in the stacks of all stages", () => {
  const said = execFileSync(path.join(fork.folder, 'node_modules/.bin/cdk'), ['synth', '--quiet', '--output', output], {
    cwd: fork.folder,
    env: { PATH: process.env.PATH, HOME: output, AWS_EC2_METADATA_DISABLED: 'true', CDK_DISABLE_CLI_TELEMETRY: '1' },
    encoding: 'utf8',
    stdio: 'pipe',
  });
  expect(said).not.toMatch(/validation/i);
  expect(readdirSync(output).filter((name) => name.endsWith('.template.json'))).toHaveLength(2);
}, 120_000);
