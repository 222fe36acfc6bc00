import type { ReplayOptions } from './evaluator/replay';
import { quiet } from './histories/quiet';
import { DAY, deploymentOf, historyOf, replayHistory, titled } from './histories/story';
import type { Clockwork } from './world/history';

// A simulated week takes its time on a busy machine.
jest.setTimeout(30_000);

test.each(titled(quiet))('nobody is told of %s', async (_, story) => {
  expect(replayHistory(historyOf(story, await deploymentOf(story))).raised).toEqual({});
});

/** What nobody outside AWS knows, or can rely on, and what must not matter where nothing is wrong. */
const VARIANTS: readonly (readonly [string, ReplayOptions, Partial<Clockwork>])[] = [
  ['alarms that look back no further than their own periods', { extraPeriods: 0 }, {}],
  ['alarms that look back further', { extraPeriods: 5 }, {}],
  ['metrics that are seen at once', { ingestMinutes: 0 }, {}],
  ['metrics that are late', { ingestMinutes: 3 }, {}],
  ['runs of the monitor that are late', {}, { monitorLate: 1 }],
];

describe.each(VARIANTS)('nor with %s', (_, options, clockwork) => {
  // Not a whole week once more.
  const stories = quiet.filter(({ history }) => history.minutes <= 2 * DAY);
  test.each(titled(stories))('%s', async (_name, story) => {
    const history = { ...historyOf(story, await deploymentOf(story)), clockwork };
    expect(replayHistory(history, options).raised).toEqual({});
  });
});
