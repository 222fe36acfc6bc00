/**
 * Lines of the functions' logs as a person reads them: when, what called, the verdict, the installation, how long. The
 * lines of a job stand below the call that it runs for.
 */
import { styleText } from 'node:util';
import { isRecord, printable } from '../command';
import { duration, iso, MINUTE_MS } from '../doctor/time';

/** A line of a log that one of the functions wrote as JSON. Metrics are none. */
export interface Entry {
  readonly atMs: number;
  /** As it was written, without what looks like a token and without what acts on a terminal: still the same JSON. */
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Anything in the shape of a JSON web token: a job may have logged one by mistake, and this isn't the place to spread it. */
const TOKEN = /eyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g;

/** What acts on a terminal, or is a line of its own. JSON allows most of it in a text, and a stranger chooses some texts. */
const ACTING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const escaped = (character: string): string =>
  character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
const harmless = (text: string, fields: object): string =>
  text.search(ACTING) < 0 ? text : JSON.stringify(fields).replace(ACTING, escaped);

/** `undefined` for lines that are no log of ours: metrics, and what Lambda says of itself. */
export function parseEntry(atMs: number, message: string): Entry | undefined {
  const text = message.trimEnd().replace(TOKEN, '<token>');
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isRecord(fields) && typeof fields.message === 'string' && !('_aws' in fields)
    ? { atMs, text: harmless(text, fields), fields }
    : undefined;
}

/**
 * What Lambda itself says of a function that came to a bad end: a crash, or a run out of time.
 *
 * @returns `undefined` for its daily business
 */
export function parseCrash(atMs: number, message: string): Entry | undefined {
  const text = message.trimEnd().replace(TOKEN, '<token>');
  if (!/Task timed out|Runtime\.|Invoke Error|Uncaught Exception|Unhandled|signal: /.test(text)) return undefined;
  return { atMs, text, fields: { level: 'ERROR', message: text } };
}

/** Work that was longer in the queue than this is said to have waited. */
const LONG_WAIT_MS = 5_000;

/** Calls of the last minutes that are remembered, to tell how long their work waited. */
const REMEMBERED = 1_000;

export interface LinesOptions {
  readonly colour: boolean;
}

/** Turns entries into text, in the order in which they come. */
export function createLines({ colour }: LinesOptions): (entry: Entry) => string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const calledAt = new Map<string, number>();
  /** Whose line was the last one. */
  let shown: unknown;

  const remember = ({ fields: { traceId }, atMs }: Entry) => {
    if (typeof traceId !== 'string') return;
    calledAt.set(traceId, atMs);
    const [oldest] = calledAt.keys();
    if (calledAt.size > REMEMBERED && oldest !== undefined) calledAt.delete(oldest);
  };

  /** A call, as the receiver reports it. */
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

  /** A run of the job, as the worker reports it at its end. */
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

  /** What a job says, or a function of itself. Below a line that says whose it is. */
  const other = ({ atMs, fields: { level, message, error, ...fields } }: Entry): string => {
    const { module, installation, traceId } = fields;
    const heading = [
      paint('dim', iso(atMs)),
      '…',
      `job ${text(module)}`.padEnd(20),
      'says'.padEnd(12),
      ...about(installation, undefined, traceId),
    ].join('  ');
    const own = Object.entries(fields).filter(([name]) => !KNOWN.has(name));
    const rest =
      own.length === 0 ? '' : `  ${own.map(([name, value]) => `${printable(name)}=${text(value)}`).join(' ')}`;
    // Lambda's runtime tells of a function that can't be loaded by the stack of the error.
    const [said = '', ...frames] = isStack(message) ? errorLines({ stack: message }) : [text(message)];
    const first = `${said}${rest}`;
    const tone = level === 'ERROR' ? paint('red', first) : level === 'WARN' ? paint('yellow', first) : first;
    const lines = [tone, ...frames, ...(error === undefined ? [] : errorLines(error))].map(indented);
    return (traceId === undefined || traceId === shown ? lines : [heading, ...lines]).join('\n');
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
    // A job's own lines may have any field.
    if (typeof status === 'number' && typeof path === 'string' && typeof durationMs === 'number') return call(entry);
    return typeof durationMs === 'number' && isRunReport(message) ? run(entry) : other(entry);
  };

  return (entry) => {
    const lines = toText(entry);
    shown = entry.fields.traceId;
    return lines;
  };
}

/** Whether the worker itself says how a run ended: lambda/worker/report.ts has the texts. */
export const isRunReport = (message: unknown): boolean =>
  typeof message === 'string' && /^Job (done\.$|failed(;| for the last time;) )/.test(message);

const isStack = (message: unknown): boolean => typeof message === 'string' && /\n\s+at /.test(message);

/** Whether a job that failed is not tried again. */
const isLast = (message: unknown): boolean => String(message).includes('for the last time');

/** Fields that every line of the worker has: shown once, with the run. */
const KNOWN = new Set(['timestamp', 'service', 'installation', 'environment', 'traceId', 'module', 'requestId']);

const indented = (line: string): string => `    ${line}`;

/** A value on one line, with nothing in it that acts on a terminal. */
const text = (value: unknown): string => printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? '–'));

/** Frames that are nobody's news: Node's own, this backend's, and those of a local run. */
const INNER_FRAME = /^\s+at .*(node:|lambda[\\/](worker|atlassian|slots)[\\/]|function-child\.mjs)/;

/** Message and stack, which begins with the message where there is one. Of the stack, what is the team's own. */
export function errorLines(error: unknown): string[] {
  if (!isRecord(error)) return [text(error)];
  const { name = 'Error', message = '', stack, cause } = error;
  const lines = typeof stack === 'string' ? stack.split('\n') : [`${text(name)}: ${text(message)}`];
  return [
    ...lines.filter((line) => !INNER_FRAME.test(line)).map((line) => line.replace(/\(.*[\\/](?=lambda[\\/]job)/, '(')),
    ...(typeof cause === 'string' ? [`Caused by: ${cause}`] : []),
  ].map(text);
}
