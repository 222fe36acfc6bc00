import { METRIC_NAMESPACE, REASONS } from '../../../../../lambda/contract/outcomes';
import { createReports, isReason, type Reports } from './reports';

let reports: Reports;
beforeAll(async () => {
  reports = await createReports('test');
});

/** Metrics by their names, of those that are only by remote. */
const byName = (samples: ReturnType<Reports['call']>) =>
  Object.fromEntries(
    samples
      .filter(({ metric }) => Object.keys(metric.dimensions).length === 1)
      .map(({ metric, value }) => [metric.name, value]),
  );

test('of calls that are taken', () => {
  expect(byName(reports.call('stored'))).toMatchObject({ Accepted: 1, TokenStored: 1 });
  expect(byName(reports.call('unchanged'))).not.toHaveProperty('TokenStored');
});

test('of calls that are refused, for every reason there is', () => {
  for (const reason of Object.keys(REASONS).filter(isReason)) {
    const samples = reports.call(reason);
    expect(byName(samples)).toMatchObject({ Refused: 1 });
    expect(samples.map(({ metric }) => metric.dimensions.Reason)).toContain(reason);
  }
});

test('of runs', () => {
  expect(byName(reports.run(true))).toMatchObject({ JobSucceeded: 1 });
  expect(byName(reports.run(false))).toMatchObject({ JobFailed: 1 });
});

test('of the slots, each time with their own numbers', () => {
  const summary = {
    total: 3,
    empty: 1,
    expired: [],
    newlyExpired: 0,
    runningOut: 0,
    late: [],
    reinstalled: [],
    newlyReplaced: 0,
  };
  const late = [{ installation: 'a', secondsLeft: 60 }];
  expect(byName(reports.slots(summary))).toMatchObject({ SlotsTotal: 3, SlotsEmpty: 1, SlotsLate: 0 });
  expect(byName(reports.slots({ ...summary, late, minSecondsLeft: 60 }))).toMatchObject({
    SlotsLate: 1,
    MinTokenSecondsLeft: 60,
  });
});

test('of the key set', () => {
  expect(byName(reports.keySet(true))).toEqual({ KeySetFailures: 0 });
  expect(byName(reports.keySet(false))).toEqual({ KeySetFailures: 1 });
});

test('all of them are in the namespace of the project', () => {
  const samples = [reports.call('stored'), reports.run(true)].flat();
  expect(new Set(samples.map(({ metric }) => metric.namespace))).toEqual(new Set([METRIC_NAMESPACE]));
});
