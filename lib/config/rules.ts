import type { z } from 'zod';
import { isRegionKey, regionProblem } from '../manifest/regions';
import { hasChat, WITHOUT_FUNCTION_URLS, WITHOUT_HTTP_APIS } from './aws-regions';
import { type ByRegion, isByRegion, settingIn } from './fields';
import { certificateProblem } from './http-api';
import { KEY_ARN, type stageOptions, TOPIC_ARN } from './stage';

// How the options of one stage go together.

/** A stage whose every option is right by itself. */
type CheckedStage = z.output<typeof stageOptions>;

type Report = (path: readonly string[], allowed: string) => void;

/** Reports every option that doesn't go with the others of its stage. */
export function checkStage(stage: CheckedStage, context: z.core.$RefinementCtx): void {
  const report: Report = (path, message) => context.addIssue({ code: 'custom', path: [...path], message });
  checkSlot(stage, report);
  checkKeysAndBoundary(stage, report);
  checkRegions(stage, report);
  checkExposure(stage, report);
  checkSlack(stage, report);
}

/** AWS regions of a stage by Forge's keys. Empty while the stage names none. */
const regionsIn = ({ region, regions }: CheckedStage): Readonly<Record<string, string>> =>
  regions ?? (region === undefined ? {} : { default: region });

/** A setting in one region of the stage. */
interface InRegion<Value> {
  readonly key: string;
  readonly region: string;
  readonly value: Value;
  /** Where it is in the stage. */
  readonly path: readonly string[];
}

/** What a setting is in each region of the stage. Reports the keys of regions that the stage isn't in. */
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

/** How each region gets a value of its own. */
const ONE_FOR_EACH = 'With several regions give one for each: { default: …, EU: … }';

/** Whether an ARN is in another region. A malformed one is reported by its own field. */
const isElsewhere = (arn: string, pattern: RegExp, region: string): boolean =>
  pattern.test(arn) && arn.split(':')[3] !== region;

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
  const keys = [
    [['slot', 'kmsKeyArn'], slot.kmsKeyArn],
    [['logKmsKeyArn'], logKmsKeyArn],
    [['messageKmsKeyArn'], messageKmsKeyArn],
  ] as const;
  for (const [place, setting] of keys) {
    if (setting === undefined) continue;
    for (const { region, value, path } of inEachRegion(stage, setting, place, report)) {
      if (!isElsewhere(value, KEY_ARN, region)) continue;
      report(path, `a key in ${region}, since AWS takes a key of the same region only. ${ONE_FOR_EACH}`);
    }
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
    const reason = regionProblem(key, awsRegion);
    if (reason !== undefined) report(['regions', key], reason);
  }
  for (const { region: awsRegion, value, path } of inEachRegion(stage, alarmTopics, ['alarmTopics'], report)) {
    for (const [severity, arn] of Object.entries(value)) {
      if (!isElsewhere(arn, TOPIC_ARN, awsRegion)) continue;
      report(
        [...path, severity],
        `a topic in ${awsRegion}, since an alarm tells topics in its own region only. ${ONE_FOR_EACH}`,
      );
    }
  }
}

/**
 * Each region of a stage can be reached in the way that is set for it, at a name of its own. API Gateway takes a
 * certificate of its own region and account only.
 */
function checkExposure(stage: CheckedStage, report: Report): void {
  const { exposure, account } = stage;
  const names = new Map<string, string>();
  for (const { key, region, value: one, path } of inEachRegion(stage, exposure, ['exposure'], report)) {
    if (WITHOUT_HTTP_APIS.includes(region)) {
      report(path, `nothing in ${region}, where AWS has neither Function URLs nor HTTP APIs: take another region`);
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

/** The chat integration, Amazon Q Developer in chat applications, is not in AWS's other partitions, and takes a channel once. */
function checkSlack(stage: CheckedStage, report: Report): void {
  if (stage.slack === undefined) return;
  const elsewhere = Object.values(regionsIn(stage)).find((region) => !hasChat(region));
  if (elsewhere !== undefined) {
    report(['slack'], `nothing in ${elsewhere}: Amazon Q Developer in chat applications is in the partition aws alone`);
    return;
  }
  const taken = new Map<string, string>();
  for (const { key, value, path } of inEachRegion(stage, stage.slack, ['slack'], report)) {
    const other = taken.get(value.channelId);
    if (other !== undefined) {
      report(path, `another channel than that of ${other}: an account can have one in one place only. ${ONE_FOR_EACH}`);
      return;
    }
    taken.set(value.channelId, key);
  }
}
