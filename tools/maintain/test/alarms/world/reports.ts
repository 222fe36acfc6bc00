import { REASONS, type Reason } from '../../../../../lambda/contract/outcomes';
import type { Invocation } from '../../../../../lambda/forge/claims';
import type { SlotSummary } from '../../../../../lambda/monitor/handler';
import { createMonitorReports } from '../../../../../lambda/monitor/report';
import type { CallReport, Outcome } from '../../../../../lambda/receiver/handler';
import { createReport } from '../../../../../lambda/receiver/report';
import { createWorkerReports } from '../../../../../lambda/worker/report';
import { authorize, createTestVerifier, PATH } from '../../../../../test/support/forge-call';
import { type Sample, samplesOf } from './emitted';

/** What the functions write: which metrics, with which values. Always the same, so each is asked for once. */
export interface Reports {
  /** Of a call that was accepted with this outcome, or refused for this reason. */
  call(result: Outcome | Reason, caller?: Caller): readonly Sample[];
  /** Of a run of the job. */
  run(succeeded: boolean): readonly Sample[];
  /** Of the monitor, when it has seen the slots. */
  slots(summary: SlotSummary): readonly Sample[];
  /** Of the monitor, when it has fetched the key set, or could not. */
  keySet(fetched: boolean): readonly Sample[];
}

/** Who signed the call, if anybody: a stranger's signature doesn't hold. */
export type Caller = 'forge' | 'stranger';

/** Reasons for which Forge's own calls are refused before their signature is looked at. */
const BEFORE_PROOF: readonly Reason[] = ['key-unknown', 'key-server-unavailable', 'isolated-cloud-not-served'];

/** How long a job takes, in milliseconds. */
const RUN_MS = 2_000;

/** Asks the functions' own code, through its reports. */
export async function createReports(remoteName: string): Promise<Reports> {
  const invocation = await (await createTestVerifier())(await authorize());
  const report = createReport(remoteName);
  const worker = createWorkerReports(remoteName);
  const monitor = createMonitorReports(remoteName);
  const callOf = (signed: boolean) =>
    once((result: Outcome | Reason) => samplesOf(() => report(callReport(result, invocation, signed))), String);
  const call = { forge: callOf(true), stranger: callOf(false) };
  return {
    call: (result, caller = 'forge') => call[caller](result),
    run: once(
      (succeeded: boolean) =>
        samplesOf(() =>
          worker.report({
            messageId: 'message',
            attempt: 1,
            durationMs: RUN_MS,
            ...(!succeeded && { error: new Error('The job failed.') }),
          }),
        ),
      String,
    ),
    // The metrics don't tell which installations they are: a summary with as many in each list has the same ones.
    slots: once(
      (summary: SlotSummary) => samplesOf(() => monitor.slots(summary)),
      (summary) => JSON.stringify(summary, (_, value) => (Array.isArray(value) ? value.length : value)),
    ),
    keySet: once(
      (fetched: boolean) => samplesOf(() => monitor.keySet(fetched ? undefined : new Error('No answer.'))),
      String,
    ),
  };
}

function callReport(result: Outcome | Reason, invocation: Invocation, isForge: boolean): CallReport {
  const common = { path: PATH, durationMs: 100 };
  if (!isReason(result)) return { ...common, status: 200, outcome: result, invocation };
  const { status } = REASONS[result];
  const signed = isForge && !BEFORE_PROOF.includes(result);
  return { ...common, status, reason: result, signed, ...(signed && { invocation }) };
}

const REASON_NAMES: ReadonlySet<string> = new Set(Object.keys(REASONS));

export const isReason = (result: string): result is Reason => REASON_NAMES.has(result);

function once<A, R>(ask: (argument: A) => R, keyOf: (argument: A) => string): (argument: A) => R {
  const answers = new Map<string, R>();
  return (argument) => {
    const key = keyOf(argument);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = ask(argument);
    answers.set(key, answer);
    return answer;
  };
}
