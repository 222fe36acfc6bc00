/**
 * npm run logs: shows the calls to a deployed stage and their results, from the logs of receiver and worker. It only reads.
 */
import { setTimeout } from 'node:timers/promises';
import { type CommandIo, EXIT, hasColour, messageOf, reportError, runAsProgram } from './command';
import type { Aws, LogLine } from './doctor/aws';
import { createAws } from './doctor/sdk';
import { physicalId } from './doctor/stack';
import { findTarget, type Target } from './doctor/target';
import { type Flags, parseFlags, USAGE } from './logs/flags';
import { createLines, type Entry, parseCrash, parseEntry } from './logs/lines';

/** What the command needs from its surroundings, apart from AWS. */
export interface LogsIo extends CommandIo {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after `ms`, or when `signal` aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Whether the output is a terminal. */
  readonly terminal: boolean;
  /** Ends `--follow`. */
  readonly signal: AbortSignal;
}

/** How often `--follow` reads the logs. */
const POLL_MS = 2_000;
/** `--follow` reads this far back again, because lines reach CloudWatch late and out of order. */
const OVERLAP_MS = 60_000;

/**
 * Runs the command.
 *
 * @returns exit status: 0 when the logs were read, 1 when not, 2 for a wrong command line
 */
export async function run(argv: readonly string[], io: LogsIo): Promise<number> {
  try {
    const flags = parseFlags(argv);
    if (flags.help) {
      io.out(USAGE);
      return EXIT.ok;
    }
    const target = await findTarget(flags, io.cwd);
    const aws = createAws(target.region, target.endpoint);
    const groups = await logGroups(aws, target, flags);
    const colour = hasColour(io.environment);
    const toText = flags.json || !io.terminal ? ({ text }: Entry) => text : createLines({ colour });
    const seen = new Map<string, number>();
    const read = (fromMs: number) => readEntries(aws, groups, fromMs, flags, seen);

    const show = async (fromMs: number) => {
      const { entries, complete } = await read(fromMs);
      for (const entry of groupByCall(entries)) io.out(toText(entry));
      if (!complete) io.err('There are more lines than can be read. Use a shorter --since, or --trace.');
      return entries.length;
    };

    let lastReadAtMs = io.now();
    if ((await show(lastReadAtMs - flags.sinceMs)) === 0) io.err(nothingFound(flags));
    let problem: string | undefined;
    while (flags.follow && !io.signal.aborted) {
      await io.sleep(POLL_MS, io.signal);
      const startedAtMs = io.now();
      try {
        // From the last successful read on: the network may have been down, or the machine asleep.
        await show(lastReadAtMs - OVERLAP_MS);
        lastReadAtMs = startedAtMs;
        problem = undefined;
      } catch (error) {
        if (problem !== messageOf(error)) io.err(`Can't read the logs; trying again until Ctrl-C: ${messageOf(error)}`);
        problem = messageOf(error);
      }
    }
    return EXIT.ok;
  } catch (error) {
    return reportError(error, USAGE, io);
  }
}

/** The log groups of receiver and worker. */
async function logGroups(aws: Aws, { stackName, region, deploy }: Target, { refused }: Flags): Promise<string[]> {
  if (!(await aws.stack(stackName))) {
    throw new Error(`Stack ${stackName} does not exist in ${region}, in the account of these credentials. ${deploy}`);
  }
  const resources = await aws.resources(stackName);
  // A refused call never reaches the worker.
  const names = refused ? (['receiverLog'] as const) : (['receiverLog', 'workerLog'] as const);
  return names.flatMap((name) => physicalId(resources, name) ?? []);
}

/** Reads matching lines since `fromMs` that were not read before. `complete` is false if there were too many. */
async function readEntries(
  aws: Aws,
  groups: readonly string[],
  fromMs: number,
  flags: Flags,
  seen: Map<string, number>,
) {
  for (const [id, atMs] of seen) if (atMs < fromMs) seen.delete(id);
  const pattern = filterPattern(flags);
  const found = await Promise.all(groups.map((group) => aws.log(group, fromMs, pattern)));
  // AWS returns the newest first. Reversing keeps the order of lines of one millisecond.
  const fresh = found.flatMap(({ lines }) => lines.toReversed()).filter(({ id }) => !seen.has(id));
  for (const { id, atMs } of fresh) seen.set(id, atMs);
  const entries = fresh.flatMap((line) => parse(line, pattern === undefined));
  return { entries, complete: found.every(({ complete }) => complete) };
}

const parse = ({ atMs, message }: LogLine, withCrashes: boolean): Entry[] => {
  const entry = parseEntry(atMs, message) ?? (withCrashes ? parseCrash(atMs, message) : undefined);
  return entry === undefined ? [] : [entry];
};

/** The filter in CloudWatch's own language. `undefined` matches everything. */
export function filterPattern({ traceId, installation, refused }: Flags): string | undefined {
  const conditions = [
    ...(traceId === undefined ? [] : [`$.traceId = "${traceId}"`]),
    ...(installation === undefined ? [] : [`$.installation = "*${installation}"`]),
    ...(refused ? ['$.reason = "*"'] : []),
  ];
  return conditions.length === 0 ? undefined : `{ ${conditions.join(' && ')} }`;
}

/** Groups lines by call, oldest call first, so that a job's lines follow their call. */
function groupByCall(entries: readonly Entry[]): Entry[] {
  const sorted = [...entries].sort((a, b) => a.atMs - b.atMs);
  const calls = new Map<unknown, Entry[]>();
  for (const entry of sorted) {
    const key = entry.fields.traceId ?? entry;
    calls.set(key, [...(calls.get(key) ?? []), entry]);
  }
  return [...calls.values()].flat();
}

function nothingFound({ traceId, installation, refused, follow }: Flags): string {
  const what = [
    refused ? 'No refused call' : 'No line',
    ...(traceId === undefined ? [] : [`of trace ${traceId}`]),
    ...(installation === undefined ? [] : [`of installation ${installation}`]),
  ].join(' ');
  return `${what} in this time.${follow ? '' : ' --since looks further back.'}`;
}

if (require.main === module) {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  void runAsProgram((argv, io) =>
    run(argv, {
      ...io,
      now: Date.now,
      sleep: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => undefined),
      terminal: process.stdout.isTTY === true,
      signal: interrupted.signal,
    }),
  );
}
