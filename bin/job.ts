/**
 * npm run job: runs lambda/job.ts once, here, with the token of a slot: of a deployed stage, or of `npm run local`.
 */
import { createUserTokens } from '../lambda/atlassian/user-tokens';
import { installationUuid } from '../lambda/contract/slot';
import type { SlotLocation } from '../lambda/contract/slot-location';
import { job } from '../lambda/job';
import { createSlotReader } from '../lambda/slots/slot-reader';
import { createTokenSource } from '../lambda/slots/token-source';
import type { JobLog } from '../lambda/worker/job';
import { runJob } from '../lambda/worker/run-job';
import { readAppId } from '../lib/manifest/app-id';
import { findStage } from '../lib/stack-outputs';
import { LOCAL_CREDENTIALS } from '../tools/emulator/aws/account';
import { EXIT, parseOptions, runAsProgram, tellError, UsageError } from './command';
import { configuredDomains, MANIFEST_FILE, OUTPUTS_FILE, readText } from './project';

const USAGE = `Usage: npm run job -- --installation <uuid> [options]

Runs lambda/job.ts once on this machine, with the token in a slot.

  --installation <id>  the installation, as uuid or ARI: the receiver's log names it
  --stage <name>       deployed stage whose slot is read (default: the only one in the outputs file)
  --outputs <file>     what "cdk deploy --outputs-file" wrote (default: ${OUTPUTS_FILE})
  --slot <arn>         the slot itself, in place of --stage: the output SlotArn
  --endpoint <url>     an emulated AWS, such as awsEndpointUrl of "npm run local -- --serve"
  --minutes <number>   time for the run (default: 5)
  --help               show this text`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function readFlags(argv: readonly string[]) {
  const values = parseOptions(argv, {
    installation: { type: 'string' },
    stage: { type: 'string' },
    outputs: { type: 'string', default: OUTPUTS_FILE },
    slot: { type: 'string' },
    endpoint: { type: 'string' },
    minutes: { type: 'string', default: '5' },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (values.help) return undefined;
  const installation = values.installation ?? '';
  const uuid = UUID.test(installation) ? installation : installationUuid(installation);
  if (!uuid) {
    throw new UsageError(
      `--installation is ${installation || 'missing'}; allowed: a uuid, or ari:cloud:ecosystem::installation/<uuid>`,
    );
  }
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new UsageError(`--minutes is ${values.minutes}; allowed: a number above 0`);
  return { ...values, uuid, minutes };
}

const IF_MISSING = 'Deploy first, or name the slot with --slot.';

/** The slot that `--slot` names, or the one that was deployed. */
function slotArnOf({
  slot,
  stage,
  outputs,
}: {
  slot?: string | undefined;
  stage?: string | undefined;
  outputs: string;
}): string {
  if (slot !== undefined) return slot;
  const text = readText(MANIFEST_FILE, '', IF_MISSING);
  const appId = readAppId(text, { file: MANIFEST_FILE, environment: process.env });
  return findStage(readText(outputs, '', IF_MISSING), {
    appId,
    file: outputs,
    domains: configuredDomains(''),
    ...(stage !== undefined && { stage }),
  }).slotArn;
}

/** One secret; a prefix where the output ends with a star; or a table. */
function locate(arn: string): { location: SlotLocation; region: string } {
  const [, , service, region = '', , resource = '', name = ''] = arn.split(':');
  const table = /^table\/(.+)$/.exec(resource)?.[1];
  if (service === 'dynamodb' && table !== undefined) return { region, location: { table } };
  if (service !== 'secretsmanager' || name === '') {
    throw new UsageError(
      `The slot is ${arn}; allowed: the output SlotArn, arn:aws:secretsmanager:… or arn:aws:dynamodb:…:table/…`,
    );
  }
  return { region, location: name.endsWith('/*') ? { prefix: name.slice(0, -2) } : { secretArn: arn } };
}

const log: JobLog = {
  info: (message, fields = {}) => console.log(JSON.stringify({ level: 'INFO', message, ...fields })),
  warn: (message, fields = {}) => console.log(JSON.stringify({ level: 'WARN', message, ...fields })),
  error: (message, fields = {}) => console.log(JSON.stringify({ level: 'ERROR', message, ...fields })),
};

async function main(argv: readonly string[]): Promise<void> {
  const flags = readFlags(argv);
  if (!flags) return console.log(USAGE);
  const { location, region } = locate(slotArnOf(flags));
  const reader = createSlotReader(location, {
    region,
    ...(flags.endpoint !== undefined && { endpoint: flags.endpoint, credentials: LOCAL_CREDENTIALS }),
  });
  const startedAtMs = Date.now();
  // What the message says of the environment is for the job's eyes; a run by hand is development.
  const message = {
    installationId: `ari:cloud:ecosystem::installation/${flags.uuid}`,
    environment: 'DEVELOPMENT',
    trigger: { type: 'schedule', key: job.keys?.schedules[0] ?? 'hourly', interval: 'hour' },
  } as const;
  await runJob(message, {
    job,
    tokens: createTokenSource(reader),
    userTokens: createUserTokens(),
    log,
    deadlineMs: startedAtMs + flags.minutes * 60_000,
  });
  console.log(`Job done in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s.`);
}

if (require.main === module) {
  void runAsProgram(async (argv, io) => {
    try {
      await main(argv);
      return EXIT.ok;
    } catch (error) {
      return tellError(error, USAGE, io);
    }
  });
}
