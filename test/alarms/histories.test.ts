import { quiet } from './histories/quiet';
import { refusals } from './histories/refusals';
import { silence } from './histories/silence';
import { historyOf, replayHistory, type Story } from './histories/story';
import { watch } from './histories/watch';
import { work } from './histories/work';
import { deploy } from './world/deployment';

describe.each([
  ['nothing is wrong', quiet],
  ['Forge is silent', silence],
  ['calls are refused', refusals],
  ['work is not done', work],
  ['the monitor fails', watch],
])('%s', (_, stories) => {
  test.each(stories.map((story) => [story.name, story] as const))('%s', async (_name, story: Story) => {
    const deployment = await deploy(story.intervalMinutes ?? 60, story.strategy);
    const t = performance.now();
    const { raised, told } = replayHistory(historyOf(story, deployment));
    process.stdout.write(`${story.name} ${Math.round(performance.now() - t)} ms ${JSON.stringify(raised, null, 1)}\n`);
    expect({ raised, told }).toBeDefined();
  });
});
