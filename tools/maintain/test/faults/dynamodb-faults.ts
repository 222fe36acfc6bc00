import { answering, faultsOf, type SlotFault, UNAVAILABLE } from './slot-faults';

export const DYNAMODB_FAULTS: readonly SlotFault[] = [
  ...faultsOf({ operations: ['GetItem', 'PutItem'], commit: 'PutItem' }),
  {
    ...UNAVAILABLE,
    name: 'a table that takes no more writes',
    takesLong: true,
    strike: answering(
      { status: 400, code: 'ProvisionedThroughputExceededException', message: 'The level of throughput was exceeded.' },
      'PutItem',
    ),
  },
  {
    ...UNAVAILABLE,
    name: 'a key of AWS KMS that is out of reach',
    strike: answering({ status: 400, code: 'AccessDeniedException', message: 'KMS key access denied.' }, 'PutItem'),
  },
  {
    ...UNAVAILABLE,
    name: 'a table that was deleted',
    strike: (backend) => backend.deleteSlot('now'),
    repair: (backend) => backend.fillSlot(),
  },
];
