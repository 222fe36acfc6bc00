import { isDeepStrictEqual } from 'node:util';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { ConfigError, parseConfig } from '../../lib/config';
import { closest, didYouMean } from '../../lib/manifest/problems';
import { isRecord } from '../command';
import type { Question } from './conversation';
import type { StageEdit } from './editing/edit-config';

/** The answer for no address. */
const NONE = 'none';

export function stageQuestion(stages: readonly StageValues[]): Question<StageValues> {
  const names = stages.map(({ name }) => name);
  return {
    name: 'stage',
    explanation: `Stage: the deployment that the next answers are for. config.ts has ${names.join(', ')}.`,
    label: 'Stage',
    initial: names.includes('dev') ? 'dev' : names[0],
    parse: (answer) => {
      const stage = stages.find(({ name }) => name === answer);
      if (stage !== undefined) return { value: stage };
      return { problem: `config.ts has no stage ${answer}; it has ${names.join(', ')}.${didYouMean(answer, names)}` };
    },
  };
}

export function regionQuestion({ name, region }: StageValues): Question<string> {
  return {
    name: 'region',
    explanation: `Region: where AWS runs stage ${name}. To change it later means a new stack with a new URL, and admins must consent to that.`,
    label: 'Region',
    initial: region,
    parse: (answer) => {
      const allowed = allowedInstead('region', answer);
      if (allowed !== undefined) return { problem: `It must be ${allowed}.` };
      const known = RegionInfo.regions.map((info) => info.name);
      if (known.includes(answer)) return { value: answer };
      const meant = closest(answer, known);
      const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
      return { problem: `The CDK knows no region ${answer}.${hint} If it is new, write it into config.ts yourself.` };
    },
  };
}

export function emailQuestion({ name, alarmEmails }: StageValues): Question<readonly string[]> {
  return {
    name: 'email',
    explanation: `E-mail: who gets the alarms of stage ${name}. Separate addresses with commas; "${NONE}" for nobody. AWS sends each address a mail with a link to confirm.`,
    label: 'E-mail',
    initial: alarmEmails.length === 0 ? NONE : alarmEmails.join(', '),
    parse: (answer) => {
      if (answer.toLowerCase() === NONE) return { value: [] };
      const addresses = answer.split(/[\s,]+/).filter((address) => address !== '');
      for (const address of addresses) {
        const allowed = allowedInstead('alarmEmails', address);
        if (allowed !== undefined) return { problem: `${address} must be ${allowed}.` };
      }
      if (addresses.length === 0) return { problem: `It must be an address, or ${NONE}.` };
      return { value: [...new Set(addresses)] };
    },
  };
}

/** The values of a stage that setup asks for, unchecked. */
export interface StageValues {
  readonly name: string;
  /** `undefined` if it is not a single string. */
  readonly region: string | undefined;
  readonly alarmEmails: readonly string[];
}

/** Reads the stages of an unchecked configuration. */
export function stagesOf(config: unknown): readonly StageValues[] {
  return stageRecords(config).flatMap(({ name, region, alarmEmails }) =>
    typeof name === 'string'
      ? [{ name, region: typeof region === 'string' ? region : undefined, alarmEmails: texts(alarmEmails) }]
      : [],
  );
}

/** The configuration after the edit. */
export function withEdit(config: unknown, { stage: name, region, alarmEmails }: StageEdit): unknown {
  if (!isRecord(config) || !Array.isArray(config.stages)) return config;
  const stages = config.stages.map((stage: unknown) =>
    isRecord(stage) && stage.name === name
      ? { ...stage, ...(region !== undefined && { region }), ...(alarmEmails !== undefined && { alarmEmails }) }
      : stage,
  );
  return { ...config, stages };
}

/** Whether two configurations are equal as plain data. */
export const isSameConfig = (one: unknown, other: unknown): boolean => isDeepStrictEqual(plain(one), plain(other));

/** The configuration with valid answers, so that any remaining problem is one that setup doesn't ask about. */
export function withSafeAnswers(config: unknown): unknown {
  return stagesOf(config).reduce(
    (safe, { name, region }) =>
      withEdit(safe, { stage: name, alarmEmails: [], ...(region !== undefined && { region: 'us-east-1' }) }),
    config,
  );
}

/** What the schema allows for `key` of a stage, if `value` is invalid; `undefined` if it is valid. */
function allowedInstead(key: 'region' | 'alarmEmails', value: string): string | undefined {
  const written = key === 'region' ? { region: value } : { alarmEmails: [value] };
  try {
    parseConfig({ stages: [{ name: 'dev', region: 'us-east-1', environments: ['DEVELOPMENT'], ...written }] });
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems[0]?.split('; allowed: ')[1] ?? error.message;
  }
}

function stageRecords(config: unknown): Record<string, unknown>[] {
  const stages = isRecord(config) ? config.stages : undefined;
  return Array.isArray(stages) ? stages.filter(isRecord) : [];
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
