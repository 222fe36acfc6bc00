import type { SQSEvent } from 'aws-lambda';
import type { IsValid } from '../support/fleet';

/** What was seen of the worker's runs. */
export interface RunWatch {
  /** Stands in for the worker, and runs it. */
  invoke(event: SQSEvent): Promise<unknown>;
  /** Installations of which two runs were under way at the same time. */
  readonly overlapping: ReadonlySet<string>;
  readonly runs: number;
}

/** Watches over the runs of a worker that gets one message at a time. */
export function watchRuns(worker: (event: SQSEvent) => Promise<unknown>): RunWatch {
  const running = new Set<string>();
  const overlapping = new Set<string>();
  let runs = 0;
  return {
    overlapping,
    get runs() {
      return runs;
    },
    async invoke(event) {
      runs += 1;
      const { installationId } = JSON.parse(event.Records[0]?.body ?? '{}');
      if (running.has(installationId)) overlapping.add(installationId);
      running.add(installationId);
      try {
        return await worker(event);
      } finally {
        running.delete(installationId);
      }
    },
  };
}

/** What was seen of the requests to Atlassian's API. */
export interface ApiWatch {
  /** Stands around the API. */
  around(isValid: IsValid): IsValid;
  /** The most sites of which a request was under way at the same time. */
  readonly mostSitesAtOnce: number;
}

/** Patience of the first request with the others, in milliseconds: should they never come, a test must fail, not hang. */
const PATIENCE_MS = 5_000;

/**
 * Watches over the API. The very first request is answered only when one of another site is there, too: whether runs
 * can overlap must not depend on how fast they are.
 */
export function watchApi(): ApiWatch {
  const sites = new Map<string, number>();
  let mostSitesAtOnce = 0;
  let isFirst = true;
  let letGo: () => void = () => undefined;

  async function wait(): Promise<void> {
    isFirst = false;
    await new Promise<void>((resolve) => {
      const patience = setTimeout(resolve, PATIENCE_MS);
      letGo = () => {
        clearTimeout(patience);
        resolve();
      };
    });
  }

  return {
    get mostSitesAtOnce() {
      return mostSitesAtOnce;
    },
    around: (isValid) => async (bearer, cloudId) => {
      sites.set(cloudId, (sites.get(cloudId) ?? 0) + 1);
      mostSitesAtOnce = Math.max(mostSitesAtOnce, sites.size);
      if (sites.size > 1) letGo();
      if (isFirst) await wait();
      const answer = await isValid(bearer, cloudId);
      const left = (sites.get(cloudId) ?? 1) - 1;
      if (left > 0) sites.set(cloudId, left);
      else sites.delete(cloudId);
      return answer;
    },
  };
}
