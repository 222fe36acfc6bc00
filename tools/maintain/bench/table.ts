import type { ReceiverFigures } from './receiver-runs';
import type { WorkerFigures } from './worker-runs';

/** The figures for people to read. */
export function formatTable(runs: number, worker: WorkerFigures, receiver: ReceiverFigures): string {
  return [
    `Worker: lambda/job.ts for ${runs} installations, one after the other in one process, Node ${process.version}`,
    ...rows([
      ['peak memory of the process', `${worker.peakRssMb} MB`],
      ['first run', `${worker.firstRunMs} ms`],
      ['run, median', `${worker.medianMs} ms`],
      ['run, 95th percentile', `${worker.p95Ms} ms`],
      ['run, longest', `${worker.maxMs} ms`],
      ['all runs', `${worker.totalMs} ms`],
    ]),
    '',
    `Receiver: ${receiver.calls} calls with a known token, with a queue and without in turn`,
    ...rows([
      ['without a queue, median', `${receiver.withoutQueueMs} ms`],
      ['with a queue, median', `${receiver.withQueueMs} ms`],
      ['added by the message to the worker', `${receiver.addedMs} ms`],
      ['SQS calls for each accepted call', String(receiver.sqsCallsPerAcceptedCall)],
    ]),
  ].join('\n');
}

function rows(entries: readonly (readonly [what: string, figure: string])[]): string[] {
  const whatWidth = Math.max(...entries.map(([what]) => what.length));
  const figureWidth = Math.max(...entries.map(([, figure]) => figure.length));
  return entries.map(([what, figure]) => `  ${what.padEnd(whatWidth)}  ${figure.padStart(figureWidth)}`);
}
