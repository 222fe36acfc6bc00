import { countOf, REASONS, type Reason } from '../../lambda/contract/outcomes';
import { isRecord } from '../command';
import type { LogExcerpt, LogLine } from './aws';
import { asReason, type Outcome, ok, wrong } from './finding';
import { count, HOUR_MS, iso } from './time';

/** How far back the log is read. */
export const LOG_HOURS = 24;

/** Lines of the receiver's log that say why a call was refused. */
export const HAS_REASON = '{ $.reason = "*" }';

/** Forge calls every hour at the least: what is still wrong was refused within this time. */
const RECENT_MS = 2 * HOUR_MS;

/** A refusal, with no more of its log line than may be shown. */
interface Refusal {
  readonly reason: Reason;
  readonly atMs: number;
  readonly traceId: string | undefined;
  /** Whether Forge signed the call; anybody can make one that is not signed. */
  readonly signed: boolean;
}

/**
 * What was refused lately, by reason, the latest first. Genuine calls that are refused are something to mend.
 *
 * @param isOwn whether this run made the call with a trace id
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
    .map(({ reason }) => `${reason}: ${REASONS[reason].log} docs/refusals.md says more.`);
  const whose = genuine.some(({ signed }) => signed) ? 'calls of Forge' : 'calls that may be of Forge';
  if (fix !== undefined) return wrong(`${total}, and ${whose} among them`, [fix, ...fixes], details);
  const over = genuine.length > 0 ? `${whose} among them, but none in the last 2 hours` : `all of them strangers'`;
  return ok(`${total}, ${over}`, details);
}

/** Signed by Forge, or not to be told from its calls. Whoever runs this command is awake, so both are shown. */
const mayBeForge = ({ reason, signed }: Refusal) => signed || countOf(reason, signed) !== undefined;

/** How often, when last, and under which trace id Forge's console shows that one. */
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
    // A stranger chooses the trace id of his call: what is not one is not shown.
    const traceId = typeof line.traceId === 'string' && TRACE_ID.test(line.traceId) ? line.traceId : undefined;
    return reason === undefined ? [] : [{ reason, atMs, traceId, signed: line.signed === true }];
  } catch {
    return [];
  }
}

/** B3: 64 or 128 bits in hex. */
const TRACE_ID = /^[0-9a-f]{16}([0-9a-f]{16})?$/;
