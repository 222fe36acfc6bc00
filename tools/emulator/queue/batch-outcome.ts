import type { ReceivedMessage } from '../aws/queue-message';

/** The result of a batch. */
export interface BatchOutcome {
  /** Ids of messages that return to the queue. The others are deleted. */
  readonly returned: ReadonlySet<string>;
  /** What is wrong with the function or its answer. */
  readonly problem: string | undefined;
}

/** The whole batch returns to the queue. */
export const batchFailed = (messages: readonly ReceivedMessage[], problem: string): BatchOutcome => ({
  returned: new Set(messages.map(({ id }) => id)),
  problem: `${problem} All ${messages.length} messages of the batch return.`,
});

/**
 * Evaluates a function's answer with `ReportBatchItemFailures` as AWS documents it: no answer or an empty list is success, and
 * an invalid report fails the whole batch.
 */
export function judgeReport(answer: unknown, messages: readonly ReceivedMessage[]): BatchOutcome {
  const failures = isRecord(answer) ? answer.batchItemFailures : answer;
  if (failures === undefined || failures === null) return { returned: new Set(), problem: undefined };
  const known = messages.map(({ id }) => id);
  const reported: unknown[] = Array.isArray(failures) ? failures.map(itemIdentifier) : [undefined];
  if (!reported.every((id) => known.some((knownId) => knownId === id))) {
    return batchFailed(messages, 'batchItemFailures is not a list of { itemIdentifier: <message id of this batch> }.');
  }
  return keepGroupOrder(new Set(known.filter((id) => reported.includes(id))), messages);
}

/**
 * In a FIFO queue, a failed message must return together with later ones of its group. Lambda relies on the function to report
 * them, and deletes unreported ones. Here they return as well, with a problem.
 */
function keepGroupOrder(reported: ReadonlySet<string>, messages: readonly ReceivedMessage[]): BatchOutcome {
  const returned = new Set<string>();
  const failedGroups = new Set<string>();
  const unreported: string[] = [];
  for (const { id, groupId } of messages) {
    const isHeldBack = groupId !== undefined && failedGroups.has(groupId);
    if (!reported.has(id) && !isHeldBack) continue;
    if (!reported.has(id)) unreported.push(id);
    if (groupId !== undefined) failedGroups.add(groupId);
    returned.add(id);
  }
  if (unreported.length === 0) return { returned, problem: undefined };
  const problem =
    `The function reported a failed message, but not what comes after it in its group: ${unreported.join(', ')}. ` +
    'AWS would delete these messages: report them, too.';
  return { returned, problem };
}

const itemIdentifier = (failure: unknown) => (isRecord(failure) ? failure.itemIdentifier : undefined);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
