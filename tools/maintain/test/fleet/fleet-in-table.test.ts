import type { Installation } from '../../../emulator/forge/invocation-token';
import { fleetContract } from './fleet-contract';

/** What the id of each version of its slot has in it. */
const versionOf = ({ uuid }: Installation): string => uuid.replaceAll('-', '');

const { fleet, installations } = fleetContract('dynamodb', 60);

test('every item says whose it is and when it may go', () => {
  for (const installation of installations()) {
    // Of an installation whose newest token came first, there was no token before.
    const { previousId = versionOf(installation), ...tags } = fleet().slot(installation).tags;
    expect(previousId).toContain(versionOf(installation));
    expect(tags).toEqual({
      installation: installation.uuid,
      environment: 'DEVELOPMENT',
      sites: expect.stringMatching(/^[0-9a-f]{20}$/),
      versionId: expect.stringContaining(versionOf(installation)),
      createdAt: expect.stringMatching(/^\d{10}$/),
      writtenAt: expect.stringMatching(/^\d{10}$/),
      deleteAt: expect.stringMatching(/^\d{10}$/),
    });
  }
});
