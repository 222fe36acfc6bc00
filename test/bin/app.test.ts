import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { context } from '../../cdk.json';
import { PROJECT_ROOT, runInProject } from '../support/run-deploy';

// The bundling takes seconds on two cores.
jest.setTimeout(60_000);

describe('bin/app.ts, started as the CDK CLI starts it', () => {
  const output = path.join(PROJECT_ROOT, 'cdk.out');
  beforeAll(async () => {
    // No AWS is needed, and none is there.
    const { status } = await runInProject('http://127.0.0.1:9', ['--import', 'tsx', 'bin/app.ts'], {
      CDK_OUTDIR: output,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, stage: 'dev' }),
    });
    expect(status).toBe(0);
  });

  test('makes the stack of the stage that was asked for, and no other', () => {
    const templates = readdirSync(output).filter((name) => name.endsWith('.template.json'));
    expect(templates).toEqual(['forge-remote-dev.template.json']);
  });

  const bundles = () => readdirSync(output).filter((name) => name.startsWith('asset.'));

  test('bundles receiver, worker and monitor, each into ES modules around one that has the handler', () => {
    expect(bundles()).toHaveLength(3);
    for (const bundle of bundles()) {
      const names = readdirSync(path.join(output, bundle));
      expect(names).toContain('index.mjs');
      expect(names.filter((name) => !/\.mjs(\.map)?$/.test(name))).toEqual([]);
    }
    // The worker's: its log names the line of lambda/job.ts.
    const mapped = bundles().filter((bundle) =>
      readdirSync(path.join(output, bundle)).some((name) => name.endsWith('.map')),
    );
    expect(mapped).toHaveLength(1);
  });

  test('leaves the AWS SDK in the bundles, so that the functions run with the version that was tested', () => {
    expect(bundles()).not.toEqual([]);
    for (const bundle of bundles()) {
      const folder = path.join(output, bundle);
      for (const name of readdirSync(folder).filter((each) => each.endsWith('.mjs'))) {
        const code = readFileSync(path.join(folder, name), 'utf8');
        expect(code).not.toMatch(/from\s*["'](@aws-sdk|@smithy|jose)/);
      }
    }
  });
});
