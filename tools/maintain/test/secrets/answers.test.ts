import { createReport } from '../../../../lambda/receiver/report';
import { TokenWatch } from '../../../../test/secrets/token-watch';
import { acceptedOnPurpose } from '../attacks/cases/accepted-on-purpose';
import { corpus } from '../attacks/corpus';
import { type Attack, goodEvent } from '../attacks/support/attack';
import { createForge, type Forge } from '../attacks/support/forge';
import { createStage, type StageSettings } from '../attacks/support/stage';

/** The headers that bring tokens. */
const TOKEN_HEADERS = ['authorization', 'x-forge-oauth-system'];

let forge: Forge;
beforeAll(async () => {
  forge = await createForge();
});

/** The values of those headers in an event of any shape. */
function tokensIn(event: unknown): string[] {
  const { headers } = Object(event);
  return TOKEN_HEADERS.map((name) => Object(headers)[name]).filter((value) => typeof value === 'string');
}

/** Lets a receiver with the real log and metrics answer an event, with a watch over all that it says. */
async function watchCall(event: unknown, settings?: StageSettings): Promise<TokenWatch> {
  const watch = new TokenWatch();
  for (const token of tokensIn(event)) watch.issued(token);
  const { response, reports } = await createStage(forge, settings).receive(event);
  watch.answered(response, reports);
  for (const line of linesOf(() => reports.forEach(createReport('test')))) watch.said('The log', line);
  return watch;
}

/** What `work` writes. It doesn't get any further: a suite's output is no place for it. */
function linesOf(work: () => void): string[] {
  const lines: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((text) => lines.push(String(text)) > 0),
  );
  try {
    work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return lines;
}

test('the good call says nothing of its tokens, and the log is really watched', async () => {
  const event = goodEvent(forge);
  const watch = await watchCall(event);
  expect(watch.leaks()).toEqual([]);
  watch.said('The event itself', JSON.stringify(event));
  expect(watch.leaks()).toEqual(["The event itself shows a token's signature."]);
  expect(linesOf(() => createReport('test')({ status: 200, path: '/', durationMs: 1 }))).not.toEqual([]);
});

const attacks: readonly Pick<Attack, 'name' | 'event' | 'stage'>[] = [
  ...Object.values(corpus).flat(),
  ...acceptedOnPurpose,
];

test.each(attacks)('no answer, report or log line has a token in it: $name', async ({ event, stage }) => {
  expect((await watchCall(event(forge), stage)).leaks()).toEqual([]);
});
