import {
  MONITOR_ENV,
  type MonitorSettings,
  monitorVariables,
  parseMonitorVariables,
} from '../../../lambda/contract/background-settings';

const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:slot-abc123';
const SINGLE: MonitorSettings = {
  slots: { secretArn: ARN },
  delivery: { intervalMinutes: 60, licensedOnly: false },
  remoteName: 'forge-remote-dev',
};
const MANY: MonitorSettings = {
  slots: { prefix: 'forge-remote-dev/slot' },
  delivery: { intervalMinutes: 5, licensedOnly: true },
  reapAfterDays: 30,
  keySet: { url: 'https://keys.example/jwks.json', parameterName: 'CFN-Keys' },
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

test.each([[MONITOR_ENV.intervalMinutes], [MONITOR_ENV.jwksUrl], [MONITOR_ENV.remoteName]])(
  'without %s it does not start',
  (name) => {
    const { [name]: _, ...variables } = monitorVariables(MANY);
    expect(() => parseMonitorVariables(variables)).toThrow(`Environment variable ${name} is not set.`);
  },
);

test.each([[SINGLE], [{ ...SINGLE, slots: { table: 'slots' } }]])(
  'the slots of %j are never deleted by it',
  (settings) => {
    const variables = { ...monitorVariables(settings), [MONITOR_ENV.reapAfterDays]: '30' };
    expect(() => parseMonitorVariables(variables)).toThrow(
      /FORGE_REAP_AFTER_DAYS is "30"; allowed: unset where there is/,
    );
  },
);
