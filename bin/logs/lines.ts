/**
 * Formats log lines of the functions for people: time, module, result, installation, duration. A job's lines are indented
 * below the call that started it.
 */
import { styleText } from 'node:util';
import { isRecord, printable } from '../command';
import { duration, iso, MINUTE_MS } from '../doctor/time';

/** A log line that one of the functions wrote as JSON. */
export interface Entry {
  readonly atMs: number;
  /** The line as written, but with tokens removed and control characters escaped. */
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Anything that looks like a JSON web token. A job may have logged one by mistake. */
const TOKEN = /eyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g;

/** Characters that act on a terminal or break the line. JSON strings may hold most of them, and strangers choose some. */
const CONTROL_CHARACTERS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const escaped = (character: string): string =>
  character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
const escapeControls = (text: string, fields: object): string =>
  text.search(CONTROL_CHARACTERS) < 0 ? text : JSON.stringify(fields).replace(CONTROL_CHARACTERS, escaped);

/** @returns `undefined` for other lines: metrics, and what Lambda itself writes */
export function parseEntry(atMs: number, message: string): Entry | undefined {
  const text = message.trimEnd().replace(TOKEN, '<token>');
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isRecord(fields) && typeof fields.message === 'string' && !('_aws' in fields)
    ? { atMs, text: escapeControls(text, fields), fields }
    : undefined;
}

/**
 * Parses Lambda's own line about a crash or a timeout.
 *
 * @returns `undefined` for its routine lines, such as START and REPORT
 */
export function parseCrash(atMs: number, message: string): Entry | undefined {
  const text = message.trimEnd().replace(TOKEN, '<token>');
  if (!/Task timed out|Runtime\.|Invoke Error|Uncaught Exception|Unhandled|signal: /.test(text)) return undefined;
  return { atMs, text, fields: { level: 'ERROR', message: text } };
}

/** A longer time in the queue is shown. */
const LONG_WAIT_MS = 5_000;

/** Calls to remember, for the time that their jobs waited. */
const MOST_REMEMBERED = 1_000;

export interface LinesOptions {
  readonly colour: boolean;
}

/** Formats entries. Call the result with the entries in order, because it indents and measures by the ones before. */
export function createLines({ colour }: LinesOptions): (entry: Entry) => string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const calledAt = new Map<string, number>();
  /** Trace id of the previous line. */
  let previousTrace: unknown;

  const remember = ({ fields: { traceId }, atMs }: Entry) => {
    if (typeof traceId !== 'string') return;
    calledAt.set(traceId, atMs);
    const [oldest] = calledAt.keys();
    if (calledAt.size > MOST_REMEMBERED && oldest !== undefined) calledAt.delete(oldest);
  };

  /** The receiver's line about a call. */
  const call = (entry: Entry): string => {
    const { status, reason, outcome, path, module, installation, durationMs, traceId, signed, detail, message } =
      entry.fields;
    remember(entry);
    const refused = reason !== undefined;
    const verdict = refused
      ? `${text(status)} ${text(reason)}${signed === true ? ', signed by Forge' : ''}`
      : text(outcome);
    const line = [
      paint('dim', iso(entry.atMs)),
      refused ? paint('red', '✗') : paint('green', '✓'),
      text(module ?? path).padEnd(20),
      refused ? paint('red', verdict) : verdict.padEnd(12),
      ...about(installation, durationMs, traceId),
    ].join('  ');
    if (!refused) return line;
    return [line, indented(detail === undefined ? text(message) : `${text(message)} (${text(detail)})`)].join('\n');
  };

  /** The worker's line at the end of a run. */
  const run = (entry: Entry): string => {
    const { module, event, installation, durationMs, traceId, error, message } = entry.fields;
    const startedAt = entry.atMs - (typeof durationMs === 'number' ? durationMs : 0);
    const called = typeof traceId === 'string' ? calledAt.get(traceId) : undefined;
    const line = [
      paint('dim', iso(entry.atMs)),
      error === undefined ? paint('green', '✓') : paint('red', '✗'),
      `job ${text(event ?? module)}`.padEnd(20),
      error === undefined ? 'done'.padEnd(12) : paint('red', (isLast(message) ? 'given up' : 'failed').padEnd(12)),
      ...about(installation, durationMs, traceId, called === undefined ? 0 : startedAt - called),
    ].join('  ');
    return error === undefined ? line : [line, ...errorLines(error).map(indented)].join('\n');
  };

  /** Any other line, such as the job's own. A heading says whose it is, unless the previous line does. */
  const other = ({ atMs, fields: { level, message, error, ...fields } }: Entry): string => {
    const { module, installation, traceId } = fields;
    const heading = [
      paint('dim', iso(atMs)),
      '…',
      `job ${text(module)}`.padEnd(20),
      'says'.padEnd(12),
      ...about(installation, undefined, traceId),
    ].join('  ');
    const own = Object.entries(fields).filter(([name]) => !COMMON_FIELDS.has(name));
    const rest =
      own.length === 0 ? '' : `  ${own.map(([name, value]) => `${printable(name)}=${text(value)}`).join(' ')}`;
    // Lambda's runtime tells of a function that can't be loaded by the stack of the error.
    const [said = '', ...frames] = isStack(message) ? errorLines({ stack: message }) : [text(message)];
    const first = `${said}${rest}`;
    const tone = level === 'ERROR' ? paint('red', first) : level === 'WARN' ? paint('yellow', first) : first;
    const lines = [tone, ...frames, ...(error === undefined ? [] : errorLines(error))].map(indented);
    return (traceId === undefined || traceId === previousTrace ? lines : [heading, ...lines]).join('\n');
  };

  const about = (installation: unknown, durationMs: unknown, traceId: unknown, waitedMs = 0) => [
    ...(installation === undefined ? [] : [text(installation).replace(/^.*\//, '')]),
    ...(typeof durationMs === 'number' ? [`${durationMs} ms`] : []),
    ...(waitedMs < LONG_WAIT_MS
      ? []
      : [`waited ${waitedMs < MINUTE_MS ? `${Math.round(waitedMs / 1_000)} s` : duration(waitedMs)}`]),
    ...(traceId === undefined ? [] : [paint('dim', `trace ${text(traceId)}`)]),
  ];

  const toText = (entry: Entry): string => {
    const { status, path, durationMs, message } = entry.fields;
    // All three: a job's own lines may have fields of any name.
    if (typeof status === 'number' && typeof path === 'string' && typeof durationMs === 'number') return call(entry);
    return typeof durationMs === 'number' && isRunReport(message) ? run(entry) : other(entry);
  };

  return (entry) => {
    const lines = toText(entry);
    previousTrace = entry.fields.traceId;
    return lines;
  };
}

/** Whether this is the worker's message at the end of a run. lambda/worker/report.ts has the texts. */
export const isRunReport = (message: unknown): boolean =>
  typeof message === 'string' && /^Job (done\.$|failed(;| for the last time;) )/.test(message);

const isStack = (message: unknown): boolean => typeof message === 'string' && /\n\s+at /.test(message);

/** Whether a failed job is not tried again. */
const isLast = (message: unknown): boolean => String(message).includes('for the last time');

/** Fields of every worker line. They are shown once, with the run. */
const COMMON_FIELDS = new Set([
  'timestamp',
  'service',
  'installation',
  'environment',
  'traceId',
  'module',
  'requestId',
]);

const indented = (line: string): string => `    ${line}`;

/** A value on one line, safe to print. */
const text = (value: unknown): string => printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? '–'));

/** Stack frames that don't help: Node's, this backend's, and the local run's. */
const INNER_FRAME = /^\s+at .*(node:|lambda[\\/](worker|atlassian|slots)[\\/]|function-child\.mjs)/;

/** An error in lines: the message, the team's own stack frames, and the cause. */
export function errorLines(error: unknown): string[] {
  if (!isRecord(error)) return [text(error)];
  const { name = 'Error', message = '', stack, cause } = error;
  const lines = typeof stack === 'string' ? stack.split('\n') : [`${text(name)}: ${text(message)}`];
  return [
    ...lines.filter((line) => !INNER_FRAME.test(line)).map((line) => line.replace(/\(.*[\\/](?=lambda[\\/]job)/, '(')),
    ...(typeof cause === 'string' ? [`Caused by: ${cause}`] : []),
  ].map(text);
}
