import { parseMonitorVariables, parseWorkerVariables } from '../../lambda/contract/background-settings';
import { INTERVAL_MINUTES } from '../../lambda/contract/routes';
import {
  FORGE_JWKS_URL,
  parseReceiverVariables,
  type ReceiverSettings,
  type Variables,
} from '../../lambda/contract/settings';
import type { Aws, StackResource } from './aws';
import { type Outcome, ok, wrong } from './finding';
import { physicalId } from './stack';
import type { Target } from './target';

/** Environment variables of the functions. `undefined` for a function that the stage doesn't have. */
export interface FunctionVariables {
  readonly receiver: Variables | undefined;
  readonly worker: Variables | undefined;
  readonly monitor: Variables | undefined;
}

/** @throws {Error} from AWS */
export async function readVariables(aws: Aws, resources: readonly StackResource[]): Promise<FunctionVariables> {
  const read = async (name: keyof FunctionVariables) => {
    const id = physicalId(resources, name);
    return id === undefined ? undefined : await aws.variables(id);
  };
  const [receiver, worker, monitor] = await Promise.all([read('receiver'), read('worker'), read('monitor')]);
  return { receiver, worker, monitor };
}

/** The receiver's settings; `undefined` if it doesn't exist, or its variables are invalid. */
export function receiverSettings({ receiver }: FunctionVariables): ReceiverSettings | undefined {
  try {
    return receiver && parseReceiverVariables(receiver);
  } catch {
    return undefined;
  }
}

/** How often Forge delivers a token to each installation, in minutes; `undefined` if unknown. */
export function shortestInterval(settings: ReceiverSettings | undefined): number | undefined {
  const intervals = Object.values(settings?.routes ?? {}).flatMap((route) =>
    route.kind === 'dataResidency'
      ? []
      : Object.values(route.schedules ?? {}).map((interval) => INTERVAL_MINUTES[interval]),
  );
  return intervals.length === 0 ? undefined : Math.min(...intervals);
}

const PARSERS: Readonly<Record<keyof FunctionVariables, (variables: Variables) => unknown>> = {
  receiver: parseReceiverVariables,
  worker: parseWorkerVariables,
  monitor: parseMonitorVariables,
};

/** Checks that the functions can start with their variables, and that the receiver trusts only Forge's keys. */
export function variablesOutcome(functions: FunctionVariables, target: Target): Outcome {
  const names = ['receiver', 'worker', 'monitor'] as const;
  const problems = names.flatMap((name) => problemsOf(name, functions[name]));
  const { jwksUrl } = receiverSettings(functions) ?? {};
  if (target.endpoint === undefined && jwksUrl !== undefined && jwksUrl !== FORGE_JWKS_URL) {
    problems.push(`receiver: it trusts the keys at ${jwksUrl}; Forge's are at ${FORGE_JWKS_URL}`);
  }
  const [first, ...others] = problems;
  if (first !== undefined) {
    const summary = others.length === 0 ? first : `${problems.length} problems`;
    return wrong(
      summary,
      [`${target.restore} It undoes changes that were made by hand.`],
      others.length === 0 ? [] : problems,
    );
  }
  const off = names.filter((name) => functions[name] === undefined);
  const seen = names.filter((name) => functions[name] !== undefined);
  return ok(`${seen.join(', ')} can start with them${off.map((name) => `; ${name} is off`).join('')}`);
}

function problemsOf(name: keyof FunctionVariables, variables: Variables | undefined): string[] {
  if (variables === undefined) return name === 'receiver' ? ['receiver: the stack has no such function'] : [];
  try {
    PARSERS[name](variables);
    return [];
  } catch (error) {
    // Cuts the end of the message, which is advice for readers of the function's log.
    const message = error instanceof Error ? error.message : String(error);
    return [`${name}: ${message.replace(/ Deploy the stack again with .*$/, '')}`];
  }
}
