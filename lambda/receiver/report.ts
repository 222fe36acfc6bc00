import { countOf, DIMENSIONS, METRICS, REASONS, type Reason } from '../contract/outcomes';
import { cut, describeError, type Level, logLine, metricLine, ofRemote, writeLines } from '../telemetry';
import type { CallReport, Outcome } from './handler';

/**
 * Writes a log line and metrics for each call.
 *
 * @param remoteName value of the metric dimension `Remote`
 */
export const createReport =
  (remoteName: string) =>
  (call: CallReport): void => {
    writeLines(toLogLine(remoteName, call), ...toMetricLines(remoteName, call));
  };

/** Log messages of outcomes. */
const ACCEPTED: Readonly<Record<Outcome, string>> = {
  stored: 'a new token is in the slot.',
  unchanged: 'the slot already has this token.',
  older: 'the slot has a token that lasts longer.',
  reinstalled: 'the app was reinstalled on the same site, and the slot now has its token.',
  rebound: "the slot's installation is gone, and the slot now has the token of another site.",
  removed: 'the app is being uninstalled, and its slot is deleted.',
  released: 'the app is being uninstalled, and its slot is free for the next installation.',
  acknowledged: 'the app is being uninstalled. The slot belongs to another installation, and is unchanged.',
  migrating: "a site's data moves to another region, and lambda/data-residency.ts has answered.",
  queued: 'an event for lambda/job.ts, without a token of its own.',
  replayed: 'its invocation token was used before, so nothing was done again.',
};

/** AWS itself refuses headers of more than about 10 KB, without a line in our log. This size is close to that. */
const LARGE_HEADERS_BYTES = 8 * 1024;

function toLogLine(service: string, call: CallReport): string {
  const {
    reason,
    outcome,
    signed,
    detail,
    error,
    status,
    path,
    traceId,
    headerBytes = 0,
    invocation,
    durationMs,
  } = call;
  const isLarge = !reason && headerBytes >= LARGE_HEADERS_BYTES;
  const accepted = `Call accepted: ${ACCEPTED[outcome ?? 'acknowledged']}${isLarge ? LARGE_HEADERS : ''}`;
  const level = reason ? levelOf(reason) : isLarge ? 'WARN' : 'INFO';
  return logLine(level, reason ? REASONS[reason].log : accepted, service, {
    // A refused call costs at most 2 KB of log.
    ...(reason && { reason, signed, ...(detail !== undefined && { detail: cut(detail, 400) }) }),
    ...(!reason && { outcome, headerBytes }),
    status,
    path: cut(path, 160),
    ...(traceId !== undefined && { traceId: cut(traceId, 64) }),
    durationMs,
    ...(invocation && {
      installation: invocation.installationId,
      // A reinstall has the same sites as the installation before it.
      sites: invocation.contexts.flatMap(({ siteAri }) => siteAri ?? []).slice(0, MOST_SITES),
      environment: invocation.environment,
      appVersion: shortened(invocation.appVersion),
      module: shortened(invocation.moduleKey),
      moduleUnknown: invocation.moduleUnknown,
    }),
    // A stranger may have caused the error.
    ...(error && { error: cutError(error) }),
  });
}

/** An installation covers one or two products. */
const MOST_SITES = 4;

/** A text of Forge, which documents no lengths. */
const shortened = (text: string | undefined) => (text === undefined ? undefined : cut(text, 160));

const cutError = (error: Error): object =>
  Object.fromEntries(
    Object.entries(describeError(error)).map(([name, text]) => [name, cut(String(text), name === 'stack' ? 400 : 120)]),
  );

const LARGE_HEADERS =
  ' Its headers are large: AWS itself refuses calls with more than about 10 KB, without a line in this log.';

const levelOf = (reason: Reason): Level => (REASONS[reason].status >= 500 ? 'ERROR' : 'WARN');

/** Outcomes that put a new token into a slot. */
const STORED: readonly Outcome[] = ['stored', 'reinstalled', 'rebound'];

function toMetricLines(remoteName: string, { reason, signed = false, outcome }: CallReport): string[] {
  const remote = ofRemote(remoteName);
  const count = reason && countOf(reason, signed);
  const calls = metricLine(remote, {
    // All three with every call, for alarms on their shares.
    [METRICS.accepted]: reason ? 0 : 1,
    [METRICS.failed]: count === 'failed' ? 1 : 0,
    [METRICS.unproven]: count === 'unproven' ? 1 : 0,
    ...(reason && { [METRICS.refused]: 1 }),
    ...(outcome !== undefined && STORED.includes(outcome) && { [METRICS.stored]: 1 }),
    ...(outcome === 'older' && { [METRICS.older]: 1 }),
  });
  if (!reason) return [calls];
  // Again by reason: CloudWatch doesn't add up dimensions, so the total has its own metric.
  return [calls, metricLine({ ...remote, [DIMENSIONS.reason]: reason }, { [METRICS.refused]: 1 })];
}
