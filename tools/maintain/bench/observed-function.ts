import type { FunctionFolder } from '../../../lib/bundling';
import { bundleFunction, observe, startBundle } from '../../../test/support/bundle';
import type { Credentials } from '../../emulator/aws/account';

/** What one invocation of a function took, as seen from inside its process. */
export interface Observation {
  readonly result: unknown;
  /** Of the handler alone, in milliseconds. */
  readonly durationMs: number;
  /** The most memory that the process has had so far (its resident set), in bytes. */
  readonly peakRssBytes: number;
}

/** A bundle in one process of its own, with a watch over each invocation. */
export interface ObservedFunction {
  invoke(event: unknown): Promise<Observation>;
  stop(): Promise<void>;
}

/** A handler around the bundle's own. `maxRSS` is in kilobytes (Node's documentation). */
const OBSERVER = `
import { handler as observed } from './observed.mjs';
export const handler = async (event, context) => {
  const startedAt = performance.now();
  const result = await observed(event, context);
  const durationMs = performance.now() - startedAt;
  return { result, durationMs, peakRssBytes: process.resourceUsage().maxRSS * 1024 };
};
`;

export interface ObservedOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly awsEndpointUrl: string;
  /** Of the function's role. */
  readonly credentials: Credentials;
}

/** Bundles a function as it is deployed, and starts it. */
export async function startObserved(name: FunctionFolder, options: ObservedOptions): Promise<ObservedFunction> {
  const { invoke, stop } = await startBundle({
    ...options,
    name,
    files: observe(await bundleFunction(name), OBSERVER),
    timeoutSeconds: 30,
    maxInstances: 1,
  });
  return { invoke: async (event) => (await invoke(event)) as Observation, stop };
}
