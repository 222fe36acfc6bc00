import type { RequestListener } from 'node:http';
import { NOW_MS, NOW_SECONDS, systemToken } from '../../../../test/support/forge-call';
import type { Fault } from '../../../emulator/aws/fault';
import { startAws } from '../../../emulator/aws/server';
import type { Backend } from './backend';

const HOUR_SECONDS = 3600;

/** A fault of the service that slots are in, or of the slot in it. */
export interface SlotFault {
  readonly name: string;
  /** What a proven call comes to: its outcome, or the reason why it failed. */
  readonly expected: { readonly outcome: 'stored' | 'older' } | { readonly reason: 'slot-unavailable' };
  /** Whether it lasts until the receiver's patience ends. */
  readonly takesLong?: true;
  strike(backend: Backend): void | Promise<void>;
  /** What it takes to end the fault, beside {@link Backend.aws} behaving again. */
  repair?(backend: Backend): void | Promise<void>;
}

export const UNAVAILABLE = { expected: { reason: 'slot-unavailable' } } as const;

/** `fault` for every call, or for those of one operation. */
export const answering = (fault: Fault, operation = '') => {
  return ({ aws }: Backend) => aws.intercept((call) => (call.endsWith(operation) ? fault : undefined));
};

/** Does `work` once, just before the call of `operation` is carried out. */
function justBefore({ aws }: Backend, operation: string, work: () => void): void {
  let isDone = false;
  aws.intercept((call) => {
    if (!isDone && call.endsWith(operation)) {
      isDone = true;
      work();
    }
    return undefined;
  });
}

export function recreateSlot(backend: Backend): void {
  backend.deleteSlot('now');
  backend.fillSlot();
}

/** After it was stopped: another AWS at the same address, with the slot as it was before the first call. */
async function restartAws(backend: Backend): Promise<void> {
  backend.aws = await startAws({ port: backend.aws.port, clock: () => NOW_MS });
  backend.fillSlot();
}

/** Begins an answer and doesn't end it: the SDK's own time limits are over once the headers are there. */
const answerWithoutEnd: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
  response.write('{');
};

export const NO_SLOT_FAULT: SlotFault = {
  name: 'none',
  expected: { outcome: 'stored' },
  strike: () => undefined,
};

/** How a writer of slots calls the service that they are in. */
export interface SlotCalls {
  readonly operations: readonly string[];
  /** The one that makes a token the current one. */
  readonly commit: string;
}

/** The faults that any service may have. */
export const faultsOf = ({ operations, commit }: SlotCalls): readonly SlotFault[] => [
  NO_SLOT_FAULT,
  {
    ...UNAVAILABLE,
    name: 'a refused connection',
    strike: ({ aws }) => aws.stop(),
    repair: restartAws,
  },
  {
    ...UNAVAILABLE,
    name: 'a body that never ends',
    takesLong: true,
    strike: async (backend) => {
      await backend.aws.stop();
      await backend.replaceAws(answerWithoutEnd);
    },
    repair: async (backend) => {
      await backend.endReplacement();
      await restartAws(backend);
    },
  },
  ...operations.map(
    (operation): SlotFault => ({
      ...UNAVAILABLE,
      name: `no answer to ${operation}`,
      takesLong: true,
      strike: answering('hang', operation),
    }),
  ),
  {
    ...UNAVAILABLE,
    name: 'answers that are too slow',
    takesLong: true,
    strike: answering({ delayMs: 10_000 }),
  },
  {
    name: 'answers that are slow, but in time',
    expected: { outcome: 'stored' },
    strike: answering({ delayMs: 30 }),
  },
  {
    ...UNAVAILABLE,
    name: 'status 500',
    strike: answering({
      status: 500,
      code: 'InternalServiceError',
      message: 'An error occurred on the server side.',
    }),
  },
  {
    ...UNAVAILABLE,
    name: 'throttling',
    takesLong: true,
    strike: answering({ status: 400, code: 'ThrottlingException', message: 'Rate exceeded' }),
  },
  {
    ...UNAVAILABLE,
    name: 'a missing right',
    strike: answering({
      status: 400,
      code: 'AccessDeniedException',
      message: 'User is not authorized to perform this.',
    }),
  },
  {
    ...UNAVAILABLE,
    name: 'a slot that is not found',
    strike: answering({
      status: 400,
      code: 'ResourceNotFoundException',
      message: 'There is no such thing.',
    }),
  },
  { ...UNAVAILABLE, name: 'garbage', strike: answering({ body: '<html><body>Sorry</body></html>' }) },
  { ...UNAVAILABLE, name: 'a connection that is reset', strike: answering('reset') },
  {
    name: 'a newer token that comes in between',
    expected: { outcome: 'older' },
    strike: async (backend) => {
      const newer = await systemToken(NOW_SECONDS + NEWER_SECONDS);
      justBefore(backend, commit, () => {
        backend.writeFromElsewhere(newer, NEWER_SECONDS);
        backend.newestToken = newer;
      });
    },
  },
  {
    name: 'an older token that comes in between',
    expected: { outcome: 'stored' },
    strike: async (backend) => {
      const older = await systemToken(NOW_SECONDS + 3.5 * HOUR_SECONDS);
      justBefore(backend, commit, () => backend.writeFromElsewhere(older, 3.5 * HOUR_SECONDS));
    },
  },
];

/** Life of a token that outlasts the delivered one, and that may still be believed. */
const NEWER_SECONDS = 4 * HOUR_SECONDS + 5;

/** Ends `fault`. */
export async function repairSlot(backend: Backend, fault: SlotFault): Promise<void> {
  backend.aws.intercept(undefined);
  await fault.repair?.(backend);
}
