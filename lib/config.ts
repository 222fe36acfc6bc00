import type { z } from 'zod';
import { ConfigError, describeIssues } from './config/error';
import { configSchema } from './config/schema';

export { ConfigError } from './config/error';
export type { HttpApiSettings } from './config/http-api';
export { type MonitorOptions, type RegionalStage, type Stage, stageIn, type WorkerOptions } from './config/schema';
export { LOG_RETENTION_DAYS, STRATEGIES } from './config/stage';

/** The content of config.ts: the AWS side of a fork. docs/reference.md lists all options. */
export type ConfigInput = z.input<typeof configSchema>;

/** One deployment of the backend. */
export type StageInput = ConfigInput['stages'][number];

/** A checked configuration, with all defaults filled in. */
export type Config = z.output<typeof configSchema>;

/** Lets editors complete and explain config.ts. {@link parseConfig} checks the values at synth. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}

/**
 * Checks `input` and fills in all defaults.
 *
 * @param file its name, for errors
 * @throws {ConfigError} with all problems found
 */
export function parseConfig(input: unknown, file = 'config.ts'): Config {
  const result = configSchema.safeParse(input);
  if (!result.success) throw new ConfigError(file, describeIssues(result.error.issues, input));
  return result.data;
}
