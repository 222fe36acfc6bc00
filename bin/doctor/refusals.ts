import { countOf, REASONS, type Reason } from '../../lambda/contract/outcomes';
import { isRecord } from '../command';
import type { LogExcerpt, LogLine } from './aws';
import { asReason, type Outcome, ok, wrong } from './finding';
import { count, HOUR_MS, iso } from './time';

/** How far back to read the log. */
export const LOG_HOURS = 24;

/** Matches log lines of refused calls. */
export const HAS_REASON = '{ $.reason = "*" }';

/** Forge calls at least every hour, so a cause that persists has led to a refusal within this time. */
const RECENT_MS = 2 * HOUR_MS;

/** A refusal, with the fields of its log line that are safe to show. */
interface Refusal {
  readonly reason: Reason;
  readonly atMs: number;
  readonly traceId: string | undefined;
  /** Whether Forge signed the call. Anybody can make an unsigned one. */
  readonly signed: boolean;
}

/**
 * Checks recent refusals, grouped by reason, the latest first. Refused calls of Forge are a problem.
 *
 * @param isOwn whether this run made the call with that trace id
 */
export function refusalsOutcome(
  { lines, complete }: LogExcerpt,
  nowMs: number,
  isOwn: (traceId: string) => boolean,
): Outcome {
  const refusals = lines
    .flatMap(refusalIn)
    .filter(({ traceId }) => traceId === undefined || !isOwn(traceId))
    .sort((a, b) => b.atMs - a.atMs);
  const reasons = [...new Set(refusals.map(({ reason }) => reason))];
  const groups = reasons.map((reason) => refusals.filter((refusal) => refusal.reason === reason));
  const details = groups.flatMap(describeGroup);
  const total = `${complete ? '' : 'at least '}${count(refusals.length, 'call')} in ${LOG_HOURS} hours`;
  if (refusals.length === 0) return ok(`no call was refused in the last ${LOG_HOURS} hours`);

  const genuine = groups.flatMap((group) => group.find(mayBeForge) ?? []);
  const [fix, ...fixes] = genuine
    .filter(({ atMs }) => nowMs - atMs < RECENT_MS)
    .map(({ reason }) => `${reason}: ${REASONS[reason].log} See docs/refusals.md.`);
  const genuineCalls = genuine.some(({ signed }) => signed) ? 'calls of Forge' : 'calls that may be from Forge';
  if (fix !== undefined) return wrong(`${total}, including ${genuineCalls}`, [fix, ...fixes], details);
  const over = genuine.length > 0 ? `including ${genuineCalls}, but none in the last 2 hours` : 'all by strangers';
  return ok(`${total}, ${over}`, details);
}

/** Signed by Forge, or not distinguishable from its calls. */
const mayBeForge = ({ reason, signed }: Refusal) => signed || countOf(reason, signed) !== undefined;

/** How often, and the time and trace id of the last one. */
function describeGroup(group: readonly Refusal[]): string[] {
  const [last] = group;
  if (!last) return [];
  const trace = last.traceId === undefined ? '' : `, traceId ${last.traceId}`;
  return [`${group.length} × ${last.reason}, last ${iso(last.atMs)}${trace}`];
}

function refusalIn({ atMs, message }: LogLine): Refusal[] {
  try {
    const line: unknown = JSON.parse(message);
    if (!isRecord(line)) return [];
    const reason = asReason(line.reason);
    // Strangers choose the trace ids of their calls, so only valid ones are shown.
    const traceId = typeof line.traceId === 'string' && TRACE_ID.test(line.traceId) ? line.traceId : undefined;
    return reason === undefined ? [] : [{ reason, atMs, traceId, signed: line.signed === true }];
  } catch {
    return [];
  }
}

/** B3: 64 or 128 bits in hex. */
const TRACE_ID = /^[0-9a-f]{16}([0-9a-f]{16})?$/;
