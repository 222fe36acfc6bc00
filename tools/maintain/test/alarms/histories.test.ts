import { refusals } from './histories/refusals';
import { silence } from './histories/silence';
import { deploymentOf, historyOf, replayHistory, titled } from './histories/story';
import { watch } from './histories/watch';
import { work } from './histories/work';
import { deploy, shortName } from './world/deployment';

// Simulated days take their time on a busy machine.
jest.setTimeout(30_000);

describe.each([
  ['Forge is silent', silence],
  ['calls are refused', refusals],
  ['work is not done', work],
  ['the monitor fails', watch],
])('%s', (_, stories) => {
  test.each(titled(stories))('%s', async (_name, story) => {
    const { raised, told } = replayHistory(historyOf(story, await deploymentOf(story)));
    expect(raised).toEqual(story.raises);
    // Each tells for itself, whichever others are on.
    expect(told).toEqual(story.raises);
  });
});

test('every alarm is raised by one of them', async () => {
  const alarms = [...(await deploy(60, 'single')).alarms, ...(await deploy(60, 'perInstallation')).alarms];
  const raised = new Set([silence, refusals, work, watch].flat().flatMap(({ raises }) => Object.keys(raises)));
  expect(alarms.map(({ id }) => shortName(id)).filter((name) => !raised.has(name))).toEqual([]);
});
