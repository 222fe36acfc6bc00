import type { z } from 'zod';
import { ConfigError, describeIssues } from './config/error';
import { configSchema } from './config/schema';

export { ConfigError } from './config/error';
export type { HttpApiSettings } from './config/http-api';
export { type MonitorOptions, type RegionalStage, type Stage, stageIn, type WorkerOptions } from './config/schema';
export { LOG_RETENTION_DAYS, STRATEGIES } from './config/stage';

/** What config.ts says: the AWS side of a fork. docs/reference.md lists every option. */
export type ConfigInput = z.input<typeof configSchema>;

/** One deployment of the backend. */
export type StageInput = ConfigInput['stages'][number];

/** A configuration, checked, with every default filled in. */
export type Config = z.output<typeof configSchema>;

/** Lets an editor complete and explain config.ts. The values are checked by {@link parseConfig}, at synth. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}

/**
 * The configuration in `input`, with every default filled in.
 *
 * @param file - where it comes from, for the error message
 * @throws {ConfigError} that lists all problems
 */
export function parseConfig(input: unknown, file = 'config.ts'): Config {
  const result = configSchema.safeParse(input);
  if (!result.success) throw new ConfigError(file, describeIssues(result.error.issues, input));
  return result.data;
}
