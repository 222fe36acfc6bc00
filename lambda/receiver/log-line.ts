/** How bad it is. */
export type Level = 'INFO' | 'WARN' | 'ERROR';

/** One line of the log, as JSON, with the fields that Powertools for AWS Lambda gives its own. */
export const logLine = (level: Level, message: string, service: string, fields: object): string =>
  JSON.stringify({ level, message, timestamp: new Date().toISOString(), service, ...fields });

/** An error as the log shows it: `JSON.stringify` would leave everything out. */
export const describeError = ({ name, message, stack, cause }: Error): object => ({
  name,
  message,
  stack,
  ...(cause instanceof Error && { cause: `${cause.name}: ${cause.message}` }),
});
