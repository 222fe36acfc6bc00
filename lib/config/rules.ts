import type { z } from 'zod';
import { isRegionKey, regionProblem } from '../manifest/regions';
import { type ByRegion, isByRegion } from './fields';
import { certificateProblem, type exposure, exposureIn } from './http-api';

// What options of one stage have to do with each other.

export const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/;
export const TOPIC_ARN_ALLOWED = "an SNS topic's ARN, such as 'arn:aws:sns:us-east-1:123456789012:pager'";

export const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,64}$/;
export const KEY_ARN_ALLOWED =
  "a key's ARN in AWS KMS, such as 'arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012'";

// By IAM's API reference, PutRolePermissionsBoundary and CreatePolicy. A name may have its path before it.
export const BOUNDARY = /^(arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/)?[\w+=,.@-][\w+=,.@/-]{0,511}$/;
export const BOUNDARY_ALLOWED =
  "an IAM policy's name, such as 'developer-boundary', or its ARN, such as 'arn:aws:iam::123456789012:policy/developer-boundary'";

// By AWS's documentation of tags. The tag `sites` of a secret is read by the monitor.
export const TAG_KEY = /^(?!aws:|sites$)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
export const TAG_KEY_ALLOWED =
  "up to 128 letters, digits, spaces and _.:/=+-@, not beginning with 'aws:', and not 'sites', which the backend uses";
export const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
export const TAG_VALUE_ALLOWED = 'up to 256 letters, digits, spaces and _.:/=+-@';

/** What is looked at of a stage. */
interface CheckedStage {
  readonly account?: string;
  readonly region?: string;
  readonly regions?: ByRegion<string>;
  readonly alarmTopics: { readonly page?: string; readonly ticket?: string };
  readonly slot: { readonly strategy: string; readonly kmsKeyArn?: string };
  readonly logKmsKeyArn?: string;
  readonly messageKmsKeyArn?: string;
  readonly permissionsBoundary?: string;
  readonly monitor: false | { readonly reapAfterDays?: number | false };
  readonly slack?: unknown;
  readonly exposure: z.output<typeof exposure>;
}

type Report = (path: readonly string[], allowed: string) => void;

/** Reports every option that doesn't go with the others of its stage. */
export function checkStage(stage: CheckedStage, context: z.core.$RefinementCtx): void {
  const report: Report = (path, message) => context.addIssue({ code: 'custom', path: [...path], message });
  checkSlot(stage, report);
  checkKeysAndBoundary(stage, report);
  regionProblems(stage, report);
  checkExposure(stage, report);
  checkSlack(stage, report);
}

/** AWS regions of a stage by Forge's keys. Empty while the stage names none. */
const regionsIn = ({ region, regions }: CheckedStage): Readonly<Record<string, string>> =>
  regions ?? (region === undefined ? {} : { default: region });

/** The first region of the stage that an ARN is not in. A malformed ARN is reported by its own field. */
const regionWithout = (stage: CheckedStage, arn: string, pattern: RegExp): string | undefined =>
  pattern.test(arn) ? Object.values(regionsIn(stage)).find((region) => region !== arn.split(':')[3]) : undefined;

function checkSlot(stage: CheckedStage, report: Report): void {
  const { slot, monitor } = stage;
  // The one slot belongs to its stack, and is never deleted while that stands.
  if (monitor !== false && monitor.reapAfterDays !== undefined && slot.strategy === 'single') {
    report(
      ['monitor', 'reapAfterDays'],
      "no value with slot.strategy 'single'; slots are deleted only with 'perInstallation' and 'dynamodb'",
    );
  }
  if (monitor !== false && monitor.reapAfterDays === false && slot.strategy === 'dynamodb') {
    report(
      ['monitor', 'reapAfterDays'],
      "a number of days with slot.strategy 'dynamodb', whose table deletes by itself",
    );
  }
}

/** A service takes a key of its own region only, and IAM a boundary of its own account. */
function checkKeysAndBoundary(stage: CheckedStage, report: Report): void {
  const { slot, logKmsKeyArn, messageKmsKeyArn, permissionsBoundary, account } = stage;
  const keys: [path: string[], arn: string | undefined][] = [
    [['slot', 'kmsKeyArn'], slot.kmsKeyArn],
    [['logKmsKeyArn'], logKmsKeyArn],
    [['messageKmsKeyArn'], messageKmsKeyArn],
  ];
  for (const [path, arn] of keys) {
    const elsewhere = arn === undefined ? undefined : regionWithout(stage, arn, KEY_ARN);
    if (elsewhere === undefined) continue;
    report(
      path,
      `a key in ${elsewhere}, since AWS takes a key of the same region only. With several regions leave it out`,
    );
  }
  const [, , , , owner = ''] = permissionsBoundary?.split(':') ?? [];
  if (account !== undefined && /^\d/.test(owner) && owner !== account) {
    report(['permissionsBoundary'], `a policy of the stage's own account, ${account}`);
  }
}

/** A stage is in one region, or in several by Forge's keys; and its alarms can only tell topics in their own region. */
function regionProblems(stage: CheckedStage, report: Report): void {
  const { region, regions, alarmTopics } = stage;
  if (region === undefined && regions === undefined) {
    report(['region'], "an AWS region, such as 'us-east-1'; or several as regions: { default: 'us-east-1', EU: … }");
  }
  if (region !== undefined && regions !== undefined) {
    report(['region'], 'nothing beside regions: the stack for all other sites is in regions.default');
  }
  for (const [key, awsRegion] of Object.entries(regions ?? {})) {
    const reason = regionProblem(key, awsRegion);
    if (reason !== undefined) report(['regions', key], reason);
  }
  for (const [severity, arn] of Object.entries(alarmTopics)) {
    const elsewhere = regionWithout(stage, arn, TOPIC_ARN);
    if (elsewhere === undefined) continue;
    report(
      ['alarmTopics', severity],
      `a topic in ${elsewhere}, since an alarm tells topics in its own region only. With several regions leave it out, and ` +
        "subscribe to each stack's own topics",
    );
  }
}

/**
 * AWS regions in which CloudFormation can't make a Function URL (AWS's schemas of `AWS::Lambda::Url` by region, and its page
 * on Function URLs, August 2026). Whichever isn't here is taken for one that can.
 */
export const WITHOUT_FUNCTION_URLS: readonly string[] = [
  ...['ap-east-2', 'ap-south-2', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6', 'ap-southeast-7', 'ca-west-1'],
  ...['cn-northwest-1', 'eu-central-2', 'eu-south-2', 'il-central-1', 'me-central-1', 'mx-central-1'],
  ...['us-gov-east-1', 'us-gov-west-1'],
];

/**
 * Each region of a stage can be reached in the way that is set for it, at a name of its own. API Gateway takes a
 * certificate of its own region and account only.
 */
function checkExposure(stage: CheckedStage, report: Report): void {
  const { exposure, account } = stage;
  const regions = regionsIn(stage);
  const isOwn = isByRegion(exposure);
  const names = new Map<string, string>();
  for (const key of isOwn ? Object.keys(exposure) : []) {
    if (!(key in regions))
      report(['exposure', key], `only regions that the stage is in: ${Object.keys(regions).join(', ')}`);
  }
  for (const [key, region] of Object.entries(regions)) {
    if (!isRegionKey(key)) continue;
    const isNamed = isOwn && key in exposure;
    const path = ['exposure', ...(isNamed ? [key] : isOwn ? ['default'] : [])];
    const one = exposureIn(exposure, key);
    if (one === 'functionUrl') {
      if (!WITHOUT_FUNCTION_URLS.includes(region)) continue;
      const way = key === 'default' ? 'exposure: { httpApi: … }' : `exposure: { default: …, ${key}: { httpApi: … } }`;
      report(path, `an HTTP API in ${region}, where AWS has no Function URLs: ${way}, see docs/exposure.md`);
      continue;
    }
    const { domainName, certificateArn, keepFunctionUrl } = one.httpApi;
    const other = names.get(domainName);
    if (other !== undefined) {
      report(path, `a domain for each region: ${domainName} leads to one API, and ${other} has it already`);
      continue;
    }
    names.set(domainName, key);
    const problem = certificateProblem(certificateArn, { region, account });
    if (problem !== undefined) report([...path, 'httpApi', 'certificateArn'], problem);
    if (keepFunctionUrl && WITHOUT_FUNCTION_URLS.includes(region)) {
      report([...path, 'httpApi', 'keepFunctionUrl'], `false in ${region}, where AWS has no Function URLs`);
    }
  }
}

/** The chat integration, Amazon Q Developer in chat applications, is not in AWS's other partitions. */
function checkSlack(stage: CheckedStage, report: Report): void {
  if (stage.slack === undefined) return;
  const elsewhere = Object.values(regionsIn(stage)).find((region) => /^(cn|us-gov|us-iso\w*|eusc)-/.test(region));
  if (elsewhere !== undefined) {
    report(['slack'], `nothing in ${elsewhere}: Amazon Q Developer in chat applications is in the partition aws alone`);
  }
}
