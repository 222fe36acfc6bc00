import type { Stage, StageInput } from '../../../lib/config';
import { ForgeRemote } from '../../../lib/forge-remote';
import { remoteProps } from '../support/fixtures';
import { templateOf } from '../support/synth';
import { dashboardBody } from './body';
import { bodySchema } from './body-schema';

const remoteTemplate = (options: Partial<StageInput> = {}) =>
  templateOf((stack) => new ForgeRemote(stack, 'Remote', remoteProps({ dashboard: true, ...options })));
const template = remoteTemplate();
const bodyOf = (from: typeof template) => bodySchema.parse(dashboardBody(from));
const headingsOf = (from: typeof template) =>
  bodyOf(from).widgets.flatMap((widget) => (widget.type === 'text' ? widget.properties.markdown : []));

const ALL_ROWS = [
  '## Is it healthy?',
  '## Is every installation fresh?',
  '## What is refused, and why?',
  '## Do jobs run?',
  '## How fast is it, and what does it cost?',
];

test('CloudWatch takes it', () => {
  expect(bodySchema.safeParse(dashboardBody(template)).error?.issues ?? []).toEqual([]);
});

test('it answers from top to bottom, without gaps and overlaps, on one screen', () => {
  expect(headingsOf(template)).toEqual(ALL_ROWS);
  const { widgets } = bodyOf(template);
  const rows = new Map<number, number>();
  for (const { y = 0, width, height } of widgets) {
    rows.set(y, (rows.get(y) ?? 0) + width);
    expect(height).toBeLessThanOrEqual(6);
  }
  expect([...rows.values()]).toEqual(Array(rows.size).fill(24));
  expect(Math.max(...widgets.map(({ y = 0, height }) => y + height))).toBeLessThanOrEqual(36);
});

test('the alarms that wake somebody come first, and every other one after them', () => {
  const alarms = bodyOf(template).widgets.flatMap((widget) =>
    widget.type === 'alarm' ? widget.properties.alarms : [],
  );
  const all = Object.entries(template.findResources('AWS::CloudWatch::Alarm'));
  const pages = all.filter(([, { Properties }]) => JSON.stringify(Properties.AlarmActions).includes('Page'));
  expect(alarms.slice(0, pages.length).sort()).toEqual(pages.map(([id]) => `<${id}>`).sort());
  expect([...alarms].sort()).toEqual(all.map(([id]) => `<${id}>`).sort());
});

test('the line at which somebody is paged is drawn', () => {
  expect(JSON.stringify(dashboardBody(template))).toContain('"value":54');
});

test('what there is not is not shown', () => {
  expect(headingsOf(remoteTemplate({ worker: false }))).toEqual(ALL_ROWS.filter((row) => !row.includes('jobs')));
  expect(headingsOf(remoteTemplate({ monitor: false }))).toEqual(ALL_ROWS.filter((row) => !row.includes('fresh')));
  remoteTemplate({ worker: false, monitor: false }).resourcePropertiesCountIs(
    'AWS::Logs::QueryDefinition',
    { QueryString: expect.stringContaining('slots.late') },
    0,
  );
});

test('without a dashboard there is none, and no query', () => {
  const none = remoteTemplate({ dashboard: false });
  none.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
  none.resourceCountIs('AWS::Logs::QueryDefinition', 0);
});

test("the queries of a stage are in a folder of its own, each over its functions' logs", () => {
  const queries = Object.values(template.findResources('AWS::Logs::QueryDefinition')).map(
    ({ Properties }) => Properties,
  );
  expect(queries.map(({ Name }) => Name).sort()).toEqual([
    'test/A trace through receiver, queue and worker',
    'test/Installations of a site',
    'test/Last invocations of an installation',
    'test/Late and expired installations',
    'test/Refusals by reason',
    'test/Slowest calls',
  ]);
  const trace = queries.find(({ Name }) => Name.includes('trace'));
  expect(trace?.LogGroupNames).toHaveLength(2);
});

test("the cost's expression has no number that metric math could not read", () => {
  const text = JSON.stringify(dashboardBody(template));
  expect(text).toContain('0.4 * FILL(slots, 0)');
  expect(text).not.toMatch(/\de-\d/);
});

test('the cost has a price for each secret, or for what is read from and written to a table', () => {
  const costOf = (strategy: Stage['slot']['strategy']) =>
    JSON.stringify(dashboardBody(remoteTemplate({ slot: { strategy } })));
  expect(costOf('single')).toContain('0.4 * FILL(slots, 0)');
  const ofTable = costOf('dynamodb');
  expect(ofTable).toContain('730 * (0.000000625 * FILL(writes, 0) + 0.000000125 * FILL(reads, 0))');
  expect(ofTable).toContain('ConsumedWriteCapacityUnits');
  expect(ofTable).not.toContain('FILL(slots, 0)');
});
