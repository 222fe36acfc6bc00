import { handle } from '../../../lambda/cleanup/handler';
import { requestOf } from './request';

const PREFIX = 'forge-remote-dev/slot';

/** Dependencies that note whether anything was deleted. */
function dependencies(failure?: Error, timeIsUp = false) {
  const deletions: string[] = [];
  return {
    deletions,
    prefix: PREFIX,
    deleteSecrets: async () => {
      if (failure) throw failure;
      deletions.push('all');
    },
    timeIsUp: () => timeIsUp,
  };
}

test('a new stack has nothing to delete, and the resource is known by the prefix', async () => {
  const given = dependencies();
  expect(await handle(requestOf('Create'), given)).toEqual({ PhysicalResourceId: PREFIX });
  expect(given.deletions).toEqual([]);
});

test('an update deletes nothing, and keeps the id: another one would have the old resource deleted', async () => {
  const given = dependencies();
  expect(await handle(requestOf('Update', { id: 'of-old' }), given)).toEqual({ PhysicalResourceId: 'of-old' });
  expect(given.deletions).toEqual([]);
});

test('the slots go with the stack', async () => {
  const given = dependencies();
  expect(await handle(requestOf('Delete', { id: PREFIX }), given)).toEqual({ PhysicalResourceId: PREFIX });
  expect(given.deletions).toEqual(['all']);
});

test('a failure is told, with its cause and what to do', async () => {
  const denied = Object.assign(new Error('no identity-based policy allows it'), { name: 'AccessDeniedException' });
  const { PhysicalResourceId, failure } = await handle(requestOf('Delete', { id: PREFIX }), dependencies(denied));
  expect(PhysicalResourceId).toBe(PREFIX);
  expect(failure).toContain('AccessDeniedException: no identity-based policy allows it');
  expect(failure).toContain(`"${PREFIX}/"`);
  expect(failure).toContain('Delete the stack again');
  expect(failure).toMatch(/delete-stack --stack-name arn:aws:cloudformation:\S+ --retain-resources Cleanup$/);
});

test('to run out of time is told as that', async () => {
  const aborted = Object.assign(new Error('Request aborted'), { name: 'AbortError' });
  const { failure } = await handle(requestOf('Delete', { id: PREFIX }), dependencies(aborted, true));
  expect(failure).toContain('The time ran out before all were deleted.');
  expect(failure).not.toContain('AbortError');
});

test('a cause of any length fits in an answer', async () => {
  const { failure } = await handle(requestOf('Delete', { id: PREFIX }), dependencies(new Error('x'.repeat(100_000))));
  expect(Buffer.byteLength(String(failure))).toBeLessThan(2_000);
  expect(failure).toContain('Delete the stack again');
});
