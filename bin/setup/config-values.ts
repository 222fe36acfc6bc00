import { isDeepStrictEqual } from 'node:util';
import { ConfigError, parseConfig } from '../../lib/config';
import { isRecord } from '../command';
import type { StageEdit } from './editing/edit-config';

/** A stage in config.ts, as far as the setup asks for it; not checked. */
export interface StageValues {
  readonly name: string;
  /** `undefined`: it isn't one region in a text. */
  readonly region: string | undefined;
  readonly alarmEmails: readonly string[];
}

/** The stages of a configuration that has the right shape, whatever is in them. */
export function stagesOf(config: unknown): readonly StageValues[] {
  return stageRecords(config).flatMap(({ name, region, alarmEmails }) =>
    typeof name === 'string'
      ? [{ name, region: typeof region === 'string' ? region : undefined, alarmEmails: texts(alarmEmails) }]
      : [],
  );
}

/** `config` after `edit`. */
export function withEdit(config: unknown, { stage: name, region, alarmEmails }: StageEdit): unknown {
  if (!isRecord(config) || !Array.isArray(config.stages)) return config;
  const stages = config.stages.map((stage: unknown) =>
    isRecord(stage) && stage.name === name
      ? { ...stage, ...(region !== undefined && { region }), ...(alarmEmails !== undefined && { alarmEmails }) }
      : stage,
  );
  return { ...config, stages };
}

/** Whether two configurations say the same, as plain data. */
export const saysTheSame = (one: unknown, other: unknown): boolean => isDeepStrictEqual(plain(one), plain(other));

/** `config` with answers that can't be wrong: whatever is still wrong with it is nothing that the setup asks for. */
export function withSafeAnswers(config: unknown): unknown {
  return stagesOf(config).reduce(
    (safe, { name, region }) =>
      withEdit(safe, { stage: name, alarmEmails: [], ...(region !== undefined && { region: 'us-east-1' }) }),
    config,
  );
}

/** What config.ts allows in place of `value` as the `key` of a stage; `undefined` when it takes it. */
export function allowedInStead(key: 'region' | 'alarmEmails', value: string): string | undefined {
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
