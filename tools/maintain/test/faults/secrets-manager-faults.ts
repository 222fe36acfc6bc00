import { answering, faultsOf, recreateSlot, type SlotFault, UNAVAILABLE } from './slot-faults';

export const SECRETS_MANAGER_FAULTS: readonly SlotFault[] = [
  ...faultsOf({
    operations: ['DescribeSecret', 'PutSecretValue', 'UpdateSecretVersionStage'],
    commit: 'UpdateSecretVersionStage',
  }),
  {
    ...UNAVAILABLE,
    name: 'a connection that is reset after the token was written',
    strike: answering('reset', 'UpdateSecretVersionStage'),
  },
  {
    ...UNAVAILABLE,
    name: 'too many versions',
    takesLong: true,
    strike: answering(
      { status: 400, code: 'LimitExceededException', message: 'You have reached the limit of versions.' },
      'PutSecretValue',
    ),
  },
  {
    ...UNAVAILABLE,
    name: 'a slot that was deleted',
    strike: (backend) => backend.deleteSlot('now'),
    repair: recreateSlot,
  },
  {
    ...UNAVAILABLE,
    name: 'a slot that will be deleted',
    strike: (backend) => backend.deleteSlot('later'),
    repair: recreateSlot,
  },
];
