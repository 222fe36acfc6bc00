import type { z } from 'zod';
import { isRegionKey, regionProblem } from '../manifest/regions';
import { hasChat, WITHOUT_FUNCTION_URLS, WITHOUT_HTTP_APIS } from './aws-regions';
import { type ByRegion, isByRegion, settingIn } from './fields';
import { certificateProblem } from './http-api';
import { KEY_ARN, type stageOptions, TOPIC_ARN } from './stage';

// Checks of the options of one stage together.

/** A stage whose options are each valid. */
type CheckedStage = z.output<typeof stageOptions>;

type Report = (path: readonly string[], allowed: string) => void;

/** Reports options of a stage that contradict each other. */
export function checkStage(stage: CheckedStage, context: z.core.$RefinementCtx): void {
  const report: Report = (path, message) => context.addIssue({ code: 'custom', path: [...path], message });
  checkSlot(stage, report);
  checkKeysAndBoundary(stage, report);
  checkRegions(stage, report);
  checkExposure(stage, report);
  checkSlack(stage, report);
}

/** AWS regions of a stage by Forge's keys. Empty if the stage has none. */
const regionsIn = ({ region, regions }: CheckedStage): Readonly<Record<string, string>> =>
  regions ?? (region === undefined ? {} : { default: region });

/** A setting in one region of the stage. */
interface InRegion<Value> {
  readonly key: string;
  readonly region: string;
  readonly value: Value;
  /** Path of the setting in the stage. */
  readonly path: readonly string[];
}

/** The setting's value in each region of the stage. Reports keys of regions that the stage isn't in. */
function inEachRegion<Value>(
  stage: CheckedStage,
  setting: Value | ByRegion<Value>,
  path: readonly string[],
  report: Report,
): InRegion<Value>[] {
  const regions = regionsIn(stage);
  const own = isByRegion(setting) ? Object.keys(setting) : [];
  for (const key of own) {
    if (!(key in regions))
      report([...path, key], `only regions that the stage is in: ${Object.keys(regions).join(', ')}`);
  }
  return Object.entries(regions).flatMap(([key, region]) => {
    if (!isRegionKey(key)) return [];
    const at = own.length === 0 ? path : [...path, own.includes(key) ? key : 'default'];
    return [{ key, region, value: settingIn(setting, key), path: at }];
  });
}

/** How to set a value per region. */
const ONE_FOR_EACH = 'With several regions give one for each: { default: …, EU: … }';

/** Whether an ARN is in another region. A malformed one is reported by its own field. */
const isElsewhere = (arn: string, pattern: RegExp, region: string): boolean =>
  pattern.test(arn) && arn.split(':')[3] !== region;

function checkSlot(stage: CheckedStage, report: Report): void {
  const { slot, monitor } = stage;
  // A single slot belongs to its stack, and is deleted only with it.
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

/** Services only accept keys of their own region, and IAM only accepts boundaries of its own account. */
function checkKeysAndBoundary(stage: CheckedStage, report: Report): void {
  const { slot, logKmsKeyArn, messageKmsKeyArn, permissionsBoundary, account } = stage;
  const keys = [
    [['slot', 'kmsKeyArn'], slot.kmsKeyArn],
    [['logKmsKeyArn'], logKmsKeyArn],
    [['messageKmsKeyArn'], messageKmsKeyArn],
  ] as const;
  for (const [place, setting] of keys) {
    if (setting === undefined) continue;
    for (const { region, value, path } of inEachRegion(stage, setting, place, report)) {
      if (!isElsewhere(value, KEY_ARN, region)) continue;
      report(path, `a key in ${region}, because AWS only accepts keys of the same region. ${ONE_FOR_EACH}`);
    }
  }
  const [, , , , owner = ''] = permissionsBoundary?.split(':') ?? [];
  if (account !== undefined && /^\d/.test(owner) && owner !== account) {
    report(['permissionsBoundary'], `a policy of the stage's own account, ${account}`);
  }
}

/** A stage has one region, or several by Forge's keys. Alarms can only notify topics in their own region. */
function checkRegions(stage: CheckedStage, report: Report): void {
  const { region, regions, alarmTopics } = stage;
  if (region === undefined && regions === undefined) {
    report(['region'], "an AWS region, such as 'us-east-1'; or several as regions: { default: 'us-east-1', EU: … }");
  }
  if (region !== undefined && regions !== undefined) {
    report(['region'], 'no value beside regions: regions.default is for all other sites');
  }
  for (const [key, awsRegion] of Object.entries(regions ?? {})) {
    const reason = regionProblem(key, awsRegion);
    if (reason !== undefined) report(['regions', key], reason);
  }
  for (const { region: awsRegion, value, path } of inEachRegion(stage, alarmTopics, ['alarmTopics'], report)) {
    for (const [severity, arn] of Object.entries(value)) {
      if (!isElsewhere(arn, TOPIC_ARN, awsRegion)) continue;
      report(
        [...path, severity],
        `a topic in ${awsRegion}, because an alarm can only notify topics in its own region. ${ONE_FOR_EACH}`,
      );
    }
  }
}

/**
 * Checks that each region supports its exposure, and has its own domain. API Gateway only accepts certificates of its
 * own region and account.
 */
function checkExposure(stage: CheckedStage, report: Report): void {
  const { exposure, account } = stage;
  const names = new Map<string, string>();
  for (const { key, region, value: one, path } of inEachRegion(stage, exposure, ['exposure'], report)) {
    if (WITHOUT_HTTP_APIS.includes(region)) {
      report(path, `nothing in ${region}, where AWS has neither Function URLs nor HTTP APIs: use another region`);
      continue;
    }
    if (one === 'functionUrl') {
      if (!WITHOUT_FUNCTION_URLS.includes(region)) continue;
      const way = key === 'default' ? 'exposure: { httpApi: … }' : `exposure: { default: …, ${key}: { httpApi: … } }`;
      report(path, `an HTTP API in ${region}, where AWS has no Function URLs: ${way}, see docs/exposure.md`);
      continue;
    }
    const { domainName, certificateArn, keepFunctionUrl } = one.httpApi;
    const other = names.get(domainName);
    if (other !== undefined) {
      report(path, `one domain per region: ${other} already has ${domainName}`);
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

/** Amazon Q Developer in chat applications only exists in the partition `aws`, and accepts each channel once. */
function checkSlack(stage: CheckedStage, report: Report): void {
  if (stage.slack === undefined) return;
  const elsewhere = Object.values(regionsIn(stage)).find((region) => !hasChat(region));
  if (elsewhere !== undefined) {
    report(
      ['slack'],
      `nothing in ${elsewhere}: Amazon Q Developer in chat applications only exists in the partition aws`,
    );
    return;
  }
  const taken = new Map<string, string>();
  for (const { key, value, path } of inEachRegion(stage, stage.slack, ['slack'], report)) {
    const other = taken.get(value.channelId);
    if (other !== undefined) {
      report(path, `another channel than that of ${other}: an account can use a channel only once. ${ONE_FOR_EACH}`);
      return;
    }
    taken.set(value.channelId, key);
  }
}
