import type { ReplayOptions } from './evaluator/replay';
import { quiet } from './histories/quiet';
import { refusals } from './histories/refusals';
import { silence } from './histories/silence';
import { DAY, historyOf, replayHistory, type Story } from './histories/story';
import { watch } from './histories/watch';
import { work } from './histories/work';
import { deploy, shortName } from './world/deployment';
import type { Clockwork } from './world/history';

// A simulated week takes its time on a busy machine.
jest.setTimeout(30_000);

const titled = (stories: readonly Story[]) => stories.map((story) => [story.name, story] as const);

const deploymentOf = ({ intervalMinutes = 60, strategy }: Story) => deploy(intervalMinutes, strategy);

describe.each([
  ['nothing is wrong', quiet],
  ['Forge is silent', silence],
  ['calls are refused', refusals],
  ['work is not done', work],
  ['the monitor fails', watch],
])('%s', (_, stories) => {
  test.each(titled(stories))('%s', async (_name, story) => {
    const { raised, told } = replayHistory(historyOf(story, await deploymentOf(story)));
    expect(raised).toEqual(story.raises);
    // Only the two for all alarms of a severity tell somebody.
    const { Page, Ticket } = story.raises;
    expect(told).toEqual({ ...(Page && { Page }), ...(Ticket && { Ticket }) });
  });
});

test('every alarm is raised by one of them', async () => {
  const alarms = [
    ...(await deploy(60, 'single')).alarms.single,
    ...(await deploy(60, 'perInstallation')).alarms.single,
  ];
  const raised = new Set([silence, refusals, work, watch].flat().flatMap(({ raises }) => Object.keys(raises)));
  expect(alarms.map(({ id }) => shortName(id)).filter((name) => !raised.has(name))).toEqual([]);
});

/** What nobody outside AWS knows, or can rely on, and what must not matter where nothing is wrong. */
const VARIANTS: readonly (readonly [string, ReplayOptions, Partial<Clockwork>])[] = [
  ['alarms that look back no further than their own periods', { extraPeriods: 0 }, {}],
  ['alarms that look back further', { extraPeriods: 5 }, {}],
  ['metrics that are seen at once', { ingestMinutes: 0 }, {}],
  ['metrics that are late', { ingestMinutes: 3 }, {}],
  ['sweeps that are late', {}, { sweepLate: 1 }],
];

describe.each(VARIANTS)('nothing is wrong, with %s', (_, options, clockwork) => {
  // Not a whole week once more.
  const stories = quiet.filter(({ history }) => history.minutes <= 2 * DAY);
  test.each(titled(stories))('%s', async (_name, story) => {
    const history = { ...historyOf(story, await deploymentOf(story)), clockwork };
    expect(replayHistory(history, options).raised).toEqual({});
  });
});
