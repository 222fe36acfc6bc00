import type { z } from 'zod';
import { checkRegion } from '../manifest/regions';
import type { ByRegion } from './fields';
import { certificateProblem, type exposure } from './http-api';

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
  readonly exposure: z.output<typeof exposure>;
}

type Report = (path: readonly string[], allowed: string) => void;

/** Reports every option that doesn't go with the others of its stage. */
export function checkStage(stage: CheckedStage, context: z.core.$RefinementCtx): void {
  const report: Report = (path, message) => context.addIssue({ code: 'custom', path: [...path], message });
  checkSlot(stage, report);
  checkKeysAndBoundary(stage, report);
  checkRegions(stage, report);
  checkExposure(stage, report);
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
function checkRegions(stage: CheckedStage, report: Report): void {
  const { region, regions, alarmTopics } = stage;
  if (region === undefined && regions === undefined) {
    report(['region'], "an AWS region, such as 'us-east-1'; or several as regions: { default: 'us-east-1', EU: … }");
  }
  if (region !== undefined && regions !== undefined) {
    report(['region'], 'nothing beside regions: the stack for all other sites is in regions.default');
  }
  for (const [key, awsRegion] of Object.entries(regions ?? {})) {
    const reason = checkRegion(key, awsRegion);
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

/** A domain is in one region, and API Gateway takes a certificate of its own region and account only. */
function checkExposure(stage: CheckedStage, report: Report): void {
  const { exposure, account } = stage;
  if (exposure === 'functionUrl') return;
  const [region, ...others] = Object.values(regionsIn(stage));
  if (others.length > 0) {
    report(
      ['exposure'],
      "'functionUrl' with several regions, since each has a URL of its own and a domain name leads to one API",
    );
    return;
  }
  if (region === undefined) return;
  const problem = certificateProblem(exposure.httpApi.certificateArn, { region, account });
  if (problem !== undefined) report(['exposure', 'httpApi', 'certificateArn'], problem);
}
