import { type Goal, loadGoals } from './goals';
import type { LoadFigures, LoadOptions } from './measure';

/** The figures for people to read. */
export function formatLoad(options: LoadOptions, figures: LoadFigures): string {
  const { seconds, connections, installations, strategy = 'perInstallation', keyServerMs } = options;
  const answers = Object.entries(figures.answers).map(
    ([kind, ofKind]) =>
      `  ${kind.padEnd(16)}${Object.entries(ofKind)
        .sort(([, one], [, other]) => other - one)
        .map(([says, count]) => `${count} × ${says}`)
        .join(', ')}`,
  );
  return [
    `Load: ${seconds} s, ${connections} requests at a time, ${figures.processes} processes of the receiver, ` +
      `${installations} installations, ${strategy}; the key server takes ${keyServerMs} ms; Node ${process.version}`,
    `  ${figures.requests} requests, ${figures.perSecond} a second; accepted ones: median ${figures.medianMs} ms, ` +
      `99th percentile ${figures.p99Ms} ms`,
    `  ${figures.keyServerRequests} requests to the key server; a process has ${figures.earlyMb} MB in the second quarter, ` +
      `${figures.lateMb} MB in the last`,
    '',
    ...answers,
    '',
    ...loadGoals(figures).map(formatGoal),
  ].join('\n');
}

const formatGoal = ({ what, value, most, met }: Goal): string =>
  `  ${met ? '✓' : '✗ not met:'} ${what}: ${value}, goal ${most === 0 ? '0' : `≤ ${most}`}`;
