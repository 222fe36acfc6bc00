import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { acknowledgeWildcard } from '../../../lib/wildcard-rights';
import { DEV_STAGE } from '../../../test/lib/support/fixtures';
import { testApp } from '../../../test/lib/support/synth';
import { committed, isSetUp, unexcusedStars } from '../../../test/support/own-stacks';
import { lintedApp } from '../lint/stacks';

// What test/own/stacks.test.ts is made of, which a fork gets with the template.

describe('the snapshot of a fork', () => {
  let folder: string;
  let file: string;
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: folder });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'snapshot-'));
    file = path.join(folder, 'stacks.snap');
    git('init', '--quiet');
    git('commit', '--quiet', '--allow-empty', '--message', 'first');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const inFile = () => JSON.parse(readFileSync(file, 'utf8'));

  test('is written, and written anew, until it is committed', () => {
    expect(committed(file, { a: 1 }, false)).toEqual({ a: 1 });
    expect(committed(file, { a: 2 }, false)).toEqual({ a: 2 });
    expect(inFile()).toEqual({ a: 2 });
  });

  test('then counts, until it is deleted', () => {
    committed(file, { a: 1 }, false);
    git('add', '.');
    git('commit', '--quiet', '--message', 'snapshot');
    expect(committed(file, { a: 2 }, false)).toEqual({ a: 1 });
    rmSync(file);
    expect(committed(file, { a: 2 }, false)).toEqual({ a: 2 });
    expect(committed(file, { a: 3 }, false)).toEqual({ a: 2 });
  });

  test('is not written in CI, and missing is no fault there', () => {
    expect(committed(file, { a: 1 }, true)).toEqual({ a: 1 });
    expect(existsSync(file)).toBe(false);
  });
});

test("there is nothing to keep before the app is registered: the template's own stacks have no snapshot", () => {
  expect(isSetUp(lintedApp({ stages: [DEV_STAGE] }).stacks)).toBe(false);
});

describe('a star in the rights', () => {
  const stack = new Stack(testApp(), 'test');
  const role = (id: string) => new Role(stack, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

  test('is found in every kind of policy, unless a reason excuses that very star', () => {
    const all = { actions: ['xray:PutTraceSegments'], resources: ['*'] };
    role('Policy').addToPolicy(new PolicyStatement(all));
    new ManagedPolicy(stack, 'Managed', {
      statements: [new PolicyStatement({ actions: ['s3:*'], resources: ['arn:aws:s3:::a/*'] })],
    });
    new Role(stack, 'Inline', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { it: new PolicyDocument({ statements: [new PolicyStatement(all)] }) },
    });
    const excused = role('Excused');
    excused.addToPolicy(new PolicyStatement({ ...all, actions: ['xray:*'] }));
    acknowledgeWildcard(excused, '*', 'X-Ray takes traces for no resource in particular.');
    expect(unexcusedStars(stack).sort()).toEqual([
      'test/Excused/DefaultPolicy/Resource: Action::xray:*',
      'test/Inline/Resource: Resource::*',
      'test/Managed/Resource: Action::s3:*',
      'test/Policy/DefaultPolicy/Resource: Resource::*',
    ]);
  });

  test('behind the name of a resource is none: grants of the CDK have them', () => {
    const other = new Stack(testApp(), 'test');
    new Role(other, 'Bucket', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }).addToPolicy(
      new PolicyStatement({ actions: ['s3:GetObject*'], resources: ['arn:aws:s3:::reports/*'] }),
    );
    expect(unexcusedStars(other)).toEqual([]);
  });
});
