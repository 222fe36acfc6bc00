/**
 * npm run logs: what called a deployed stage, and what became of it, from the logs of receiver and worker. It only reads.
 */
import { setTimeout } from 'node:timers/promises';
import { type CommandIo, EXIT, hasColour, messageOf, reportError, runAsProgram } from './command';
import type { Aws, LogLine } from './doctor/aws';
import { createAws } from './doctor/sdk';
import { physicalId } from './doctor/stack';
import { findTarget, type Target } from './doctor/target';
import { type Flags, parseFlags, USAGE } from './logs/flags';
import { createLines, type Entry, parseCrash, parseEntry } from './logs/lines';

/** What the command has to do with the world, apart from AWS. */
export interface LogsIo extends CommandIo {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after that time, or when `signal` aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** Whether a person reads the output, and not a program. */
  readonly terminal: boolean;
  /** Ends `--follow`. */
  readonly signal: AbortSignal;
}

/** How often `--follow` looks for what has come. */
const LOOK_MS = 2_000;
/** Lines can arrive in CloudWatch in another order than they were written in, and seconds late. */
const LATE_MS = 60_000;

/**
 * Runs the command.
 *
 * @returns exit status: 0 when the logs could be read, 1 when not, 2 for a wrong command line
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

    const look = async (fromMs: number) => {
      const { entries, complete } = await read(fromMs);
      for (const entry of byCall(entries)) io.out(toText(entry));
      if (!complete) io.err('There is more than could be read. Take a shorter --since, or name a --trace.');
      return entries.length;
    };

    let lookedAtMs = io.now();
    if ((await look(lookedAtMs - flags.sinceMs)) === 0) io.err(nothingFound(flags));
    let problem: string | undefined;
    while (flags.follow && !io.signal.aborted) {
      await io.sleep(LOOK_MS, io.signal);
      const startedAtMs = io.now();
      try {
        // From the last look on that went well: the network may have been away, or the machine asleep.
        await look(lookedAtMs - LATE_MS);
        lookedAtMs = startedAtMs;
        problem = undefined;
      } catch (error) {
        if (problem !== messageOf(error))
          io.err(`AWS did not answer; it is asked again until Ctrl-C: ${messageOf(error)}`);
        problem = messageOf(error);
      }
    }
    return EXIT.ok;
  } catch (error) {
    return reportError(error, USAGE, io);
  }
}

/** The log groups of the functions that a call goes through. */
async function logGroups(aws: Aws, { stackName, region, deploy }: Target, { refused }: Flags): Promise<string[]> {
  if (!(await aws.stack(stackName))) {
    throw new Error(`There is no stack ${stackName} in ${region}, in the account of these credentials. ${deploy}`);
  }
  const resources = await aws.resources(stackName);
  // A refused call never comes to the worker.
  const names = refused ? (['receiverLog'] as const) : (['receiverLog', 'workerLog'] as const);
  return names.flatMap((name) => physicalId(resources, name) ?? []);
}

/** All lines since `fromMs` that are wanted and that weren't read before; `complete` unless there were too many. */
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
  // They come newest first; of two in one millisecond, the one that was written first is shown first.
  const fresh = found.flatMap(({ lines }) => lines.toReversed()).filter(({ id }) => !seen.has(id));
  for (const { id, atMs } of fresh) seen.set(id, atMs);
  const entries = fresh.flatMap((line) => parse(line, pattern === undefined));
  return { entries, complete: found.every(({ complete }) => complete) };
}

const parse = ({ atMs, message }: LogLine, withCrashes: boolean): Entry[] => {
  const entry = parseEntry(atMs, message) ?? (withCrashes ? parseCrash(atMs, message) : undefined);
  return entry === undefined ? [] : [entry];
};

/** What CloudWatch looks for itself, in its own language. `undefined`: everything. */
export function filterPattern({ traceId, installation, refused }: Flags): string | undefined {
  const conditions = [
    ...(traceId === undefined ? [] : [`$.traceId = "${traceId}"`]),
    ...(installation === undefined ? [] : [`$.installation = "*${installation}"`]),
    ...(refused ? ['$.reason = "*"'] : []),
  ];
  return conditions.length === 0 ? undefined : `{ ${conditions.join(' && ')} }`;
}

/** Oldest call first, and below each what its job says, however many others ran at the same time. */
function byCall(entries: readonly Entry[]): Entry[] {
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
    refused ? 'a refused call' : 'a line',
    ...(traceId === undefined ? [] : [`of trace ${traceId}`]),
    ...(installation === undefined ? [] : [`of installation ${installation}`]),
  ].join(' ');
  return `There isn't ${what} in this time.${follow ? '' : ' --since takes a longer one.'}`;
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
