import {
  MONITOR_ENV,
  type MonitorSettings,
  monitorVariables,
  parseMonitorVariables,
} from '../../../lambda/contract/monitor-settings';

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:slot-abc123';
const SINGLE: MonitorSettings = { slots: { secretArn: ARN }, intervalMinutes: 60, remoteName: 'forge-remote-dev' };
const MANY: MonitorSettings = {
  slots: { prefix: 'forge-remote-dev/slot' },
  intervalMinutes: 5,
  reapAfterDays: 30,
  remoteName: 'forge-remote-dev',
};

test.each([[SINGLE], [MANY]])('what CDK writes, the function reads', (settings) => {
  expect(parseMonitorVariables(monitorVariables(settings))).toEqual(settings);
});

test.each([
  [MONITOR_ENV.intervalMinutes, '0'],
  [MONITOR_ENV.intervalMinutes, 'hour'],
  [MONITOR_ENV.intervalMinutes, 'Infinity'],
  [MONITOR_ENV.reapAfterDays, '-1'],
  [MONITOR_ENV.reapAfterDays, 'never'],
])('%s: %s is refused, and said', (name, value) => {
  const variables = { ...monitorVariables(MANY), [name]: value };
  expect(() => parseMonitorVariables(variables)).toThrow(
    `Environment variable ${name} is "${value}"; allowed: a number above 0.`,
  );
});

test.each([[MONITOR_ENV.intervalMinutes], [MONITOR_ENV.remoteName]])('without %s it does not start', (name) => {
  const { [name]: _, ...variables } = monitorVariables(SINGLE);
  expect(() => parseMonitorVariables(variables)).toThrow(`Environment variable ${name} is not set.`);
});

test.each([[SINGLE], [{ ...SINGLE, slots: { table: 'slots' } }]])(
  'the slots of %j are never deleted by it',
  (settings) => {
    const variables = { ...monitorVariables(settings), [MONITOR_ENV.reapAfterDays]: '30' };
    expect(() => parseMonitorVariables(variables)).toThrow(
      /FORGE_REAP_AFTER_DAYS is "30"; allowed: unset where there is/,
    );
  },
);
