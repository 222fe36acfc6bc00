import { edited, type Fork, written } from './fork';

const CONFIG_HEAD = "import { defineConfig } from './lib/config';\n\n";
const APP = 'ari:cloud:ecosystem::app/8db33309-9ba4-4d1b-9a8f-2a1d0e4b5c6d';

/** A config.ts with one stage for development, which has `options` as well. */
const oneStage = (options: string) =>
  written(`${CONFIG_HEAD}export default defineConfig({
  name: 'acme',
  stages: [
    {
      name: 'sandbox',
      environments: ['DEVELOPMENT', 'STAGING', 'PRODUCTION'],
      ${options}
    },
  ],
});
`);

/** A job that does `body`, with `imports` above it. */
const job = (imports: string, body: string) =>
  written(`${imports}
import type { Job } from './worker/job';

export const job: Job = async ({ atlassian, log }) => {
${body}
};
`);

/** The forks that every version of the template must hold for. */
export const FORKS: readonly Fork[] = [
  {
    name: 'jira',
    about: 'set up for Jira, every five minutes',
    commands: [
      [
        ...['npm', 'run', 'setup', '--', '--yes', '--app-id', APP, '--product', 'jira', '--scopes', 'read:jira-work'],
        ...['--interval', 'fiveMinute', '--stage', 'dev', '--region', 'eu-central-1', '--email', 'ops@example.com'],
      ],
    ],
    files: {
      'lambda/job.ts': job(
        '',
        "  const response = await atlassian.fetch('/rest/api/3/project/search');\n  log.info('Projects', { status: response.status });",
      ),
    },
    local: [],
    says: ['stage dev of config.ts', '"message":"Projects"', '"status":200'],
  },
  {
    name: 'renamed-stages',
    about: 'stages with other names, in an account',
    files: {
      'config.ts': edited(
        ["name: 'dev'", "name: 'playground', account: '123456789012'"],
        ["name: 'prod'", "name: 'live', account: '210987654321'"],
      ),
    },
    local: [],
    says: ['stage playground of config.ts'],
  },
  {
    name: 'three-regions',
    about: 'a stage in three regions',
    files: {
      'config.ts': oneStage("regions: { default: 'us-east-1', EU: 'eu-central-1', AU: 'ap-southeast-2' },"),
      'manifest.yml': edited([
        'baseUrl: https://not-deployed-yet.invalid',
        'baseUrl:\n      default: https://a.invalid\n      EU: https://b.invalid\n      AU: https://c.invalid',
      ]),
    },
    local: [],
    says: ['in us-east-1 and eu-central-1 and ap-southeast-2', 'the URL of the region AU'],
  },
  {
    name: 'no-worker',
    about: 'no worker: a function of theirs reads the tokens',
    files: { 'config.ts': oneStage("region: 'us-east-1',\n      worker: false,") },
    local: [],
    says: ['worker: false'],
  },
  {
    name: 'no-monitor',
    about: 'no monitor',
    files: { 'config.ts': oneStage("region: 'us-east-1',\n      monitor: false,") },
    local: [],
    says: ['The worker ran lambda/job.ts'],
  },
  {
    name: 'per-installation',
    about: 'a secret for each installation',
    files: { 'config.ts': oneStage("region: 'eu-west-1',\n      slot: { strategy: 'perInstallation' },") },
    local: [],
    says: ['secret:acme-sandbox/slot/*'],
  },
  {
    name: 'table',
    about: 'slots in a table, under a key of theirs',
    files: {
      'config.ts': oneStage(
        "region: 'us-east-1',\n      account: '123456789012',\n      slot: { strategy: 'dynamodb', kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/0b9d9cf2-7c2b-4cf0-8a0e-1b6e1f0f6c11' },",
      ),
    },
    local: [],
    says: ['dynamodb:us-east-1:'],
  },
  {
    name: 'account',
    about: 'what an account asks for: tags, a boundary, a qualifier, keys for everything',
    files: {
      'config.ts': oneStage(`region: 'us-east-1',
      account: '123456789012',
      tags: { CostCenter: '4711' },
      permissionsBoundary: 'developer-boundary',
      bootstrapQualifier: 'acme',
      logKmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/0b9d9cf2-7c2b-4cf0-8a0e-1b6e1f0f6c11',
      messageKmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/1b9d9cf2-7c2b-4cf0-8a0e-1b6e1f0f6c11',
      slot: {
        strategy: 'perInstallation',
        kmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/2b9d9cf2-7c2b-4cf0-8a0e-1b6e1f0f6c11',
      },`),
    },
    local: [],
    says: ['secret:acme-sandbox/slot/*'],
  },
  {
    name: 'domain',
    about: 'a domain of theirs in front',
    files: {
      'config.ts': oneStage(`region: 'us-east-1',
      account: '123456789012',
      exposure: {
        httpApi: {
          domainName: 'forge.example.com',
          certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/4f6a3c3e-7c0b-4d4e-9f57-5b0f3a7f3a55',
        },
      },`),
    },
    local: [],
    says: ['an HTTP API at forge.example.com'],
  },
  {
    name: 'own-readme',
    about: 'a README and a workflow of their own',
    files: {
      'README.md': written('# Acme for Jira\n\nHow we run it: see the wiki.\n'),
      '.github/workflows/ci.yml': written(
        'name: Build\non: push\njobs:\n  build:\n    runs-on: self-hosted\n    steps:\n      - run: make\n',
      ),
      '.github/workflows/nightly.yml': written(
        "name: Nightly\non:\n  schedule:\n    - cron: '0 3 * * *'\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo hello\n",
      ),
    },
  },
  {
    name: 'job-axios',
    about: 'a job with axios and date-fns',
    packages: ['axios@1.21.1', 'date-fns@4.4.0'],
    files: {
      'lambda/job.ts': job(
        "import axios from 'axios';\nimport { addDays, formatISO } from 'date-fns';",
        "  const client = axios.create({ timeout: 1_000 });\n  const response = await atlassian.fetch('/wiki/api/v2/spaces?limit=1');\n  log.info('Tomorrow', { day: formatISO(addDays(new Date(0), 1)), timeout: client.defaults.timeout, status: response.status });",
      ),
    },
    local: [],
    says: ['Tomorrow'],
  },
  {
    name: 'job-commonjs',
    about: 'a job with pg, winston and xml2js: CommonJS packages that require built-ins',
    packages: ['pg@8.23.1', 'winston@3.19.0', 'xml2js@0.6.2', '@types/pg@8.23.1', '@types/xml2js@0.4.14'],
    files: {
      'lambda/job.ts': job(
        "import { Client } from 'pg';\nimport winston from 'winston';\nimport { parseStringPromise } from 'xml2js';",
        "  const logger = winston.createLogger({ transports: [new winston.transports.Console({ silent: true })] });\n  logger.info('silent');\n  const client = new Client({ host: 'db.example.invalid' });\n  const parsed = await parseStringPromise('<a><b>1</b></a>');\n  const response = await atlassian.fetch('/wiki/api/v2/spaces?limit=1');\n  log.info('Parsed', { parsed, host: client.host, status: response.status });",
      ),
    },
    local: [],
    says: ['"host":"db.example.invalid"'],
  },
  {
    name: 'job-s3',
    about: 'a job with the S3 client, node:fs and zod',
    packages: ['@aws-sdk/client-s3@3.1164.0'],
    files: {
      'lambda/job.ts': job(
        "import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';\nimport { tmpdir } from 'node:os';\nimport path from 'node:path';\nimport { S3Client } from '@aws-sdk/client-s3';\nimport { z } from 'zod';",
        "  const file = path.join(mkdtempSync(path.join(tmpdir(), 'job-')), 'seen.json');\n  writeFileSync(file, '{}');\n  const client = new S3Client({});\n  const Page = z.object({ results: z.array(z.unknown()) });\n  const response = await atlassian.fetch('/wiki/api/v2/spaces?limit=1');\n  const page = Page.parse(await response.json());\n  log.info('Page', { size: page.results.length, kept: existsSync(file), region: await client.config.region() });",
      ),
      'lambda/job/notes.json': written('{ "kept": true }\n'),
    },
    local: [],
    says: ['"kept":true'],
  },
  {
    name: 'own-resources',
    about: 'a table, a bucket and a second function of theirs',
    files: {
      'lambda/job/report.ts': written('export const handler = async () => ({ ok: true });\n'),
      'lib/resources.ts': written(`import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { AddResources } from './add-resources';

export const addResources: AddResources = ({ stack, remote, stage }) => {
  const table = new Table(stack, 'Seen', {
    partitionKey: { name: 'id', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const bucket = new Bucket(stack, 'Reports', { removalPolicy: RemovalPolicy.DESTROY });
  const worker = remote.worker?.function;
  if (worker) {
    table.grantReadWriteData(worker);
    bucket.grantPut(worker);
    worker.addEnvironment('SEEN_TABLE', table.tableName);
    worker.addEnvironment('STAGE_NAME', stage.name);
  }
  const report = new NodejsFunction(stack, 'Report', {
    entry: 'lambda/job/report.ts',
    runtime: Runtime.NODEJS_24_X,
  });
  remote.grantTokenRead(report);
};
`),
    },
    local: [],
    says: ['The worker ran lambda/job.ts'],
  },
  {
    name: 'without-maintain',
    about: 'tools/maintain deleted: its tests, benches and pictures are the maintainers’',
    removes: ['tools/maintain'],
    local: [],
  },
  {
    name: 'two-triggers',
    about: 'two scheduled triggers, another remote key, other routes',
    files: {
      'manifest.yml': edited(
        [
          'interval: hour # fiveMinute or hour',
          'interval: hour\n    - key: often\n      endpoint: often-token\n      interval: fiveMinute',
        ],
        [
          '\n    # A path of its own',
          '\n    - key: often-token\n      remote: backend\n      route:\n        path: /v1/often\n      auth:\n        appSystemToken:\n          enabled: true\n\n    # A path of its own',
        ],
        [/remote: aws/g, 'remote: backend'],
        ['- key: aws', '- key: backend'],
        ['path: /forge/token', 'path: /v1/token'],
        ['path: /forge/uninstall', 'path: /v1/leaving'],
      ),
      'lambda/job.ts': written(`import { byKey } from './worker/job';

export const job = byKey({
  schedules: {
    hourly: async ({ log }) => log.info('Every hour'),
    often: async ({ atlassian, log }) => {
      const response = await atlassian.fetch('/wiki/api/v2/spaces?limit=1');
      log.info('Spaces', { status: response.status });
    },
  },
});
`),
    },
    local: [],
    says: ['/v1/often'],
  },
];

/** Those of {@link FORKS} that the gate tries each time; all of them are for the night. */
export const QUICK: readonly string[] = ['jira', 'job-commonjs', 'own-resources', 'renamed-stages'];
