import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from 'aws-lambda';
import type { CleanupResult } from './handler';

/** Timeout of the answer, in milliseconds. */
export const ANSWER_MS = 10_000;

/**
 * Answers CloudFormation at the URL of its request.
 *
 * @param put the global `fetch`, or a stand-in
 * @throws {Error} when the answer was refused. Lambda then runs the function again, at most twice.
 */
export async function answer(
  event: CloudFormationCustomResourceEvent,
  { PhysicalResourceId, failure }: CleanupResult,
  put: typeof fetch,
): Promise<void> {
  const { StackId, RequestId, LogicalResourceId } = event;
  const same = { PhysicalResourceId, StackId, RequestId, LogicalResourceId };
  const body: CloudFormationCustomResourceResponse =
    failure === undefined ? { Status: 'SUCCESS', ...same } : { Status: 'FAILED', Reason: failure, ...same };
  const { ok, status } = await put(event.ResponseURL, {
    method: 'PUT',
    // Bytes: fetch would give a string a content type, and the URL is signed for a request without one.
    body: new TextEncoder().encode(JSON.stringify(body)),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  // The URL stays out of the message: with it, anybody could answer.
  if (!ok) throw new Error(`CloudFormation's answer URL replied ${status}; the answer was ${body.Status}.`);
}
