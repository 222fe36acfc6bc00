import type { Answer } from '../world/history';
import { fleet } from '../world/history';
import { DAY, INCIDENT, INSTALLED, type Story } from './story';

/** From the incident on, for so many minutes. */
const during =
  (minutes: number, answer: Answer) =>
  (minute: number): Answer =>
    minute >= INCIDENT && minute < INCIDENT + minutes ? answer : 'taken';

const one = [{ firstCallAt: INSTALLED }];

/** Calls are refused, by us or by whoever stands behind us. */
export const refusals: readonly Story[] = [
  {
    name: 'the key server is down for 10 minutes, 100 installations',
    strategy: 'perInstallation',
    history: {
      minutes: DAY,
      installations: fleet(100, 60, INSTALLED),
      answer: during(10, 'key-server-unavailable'),
    },
    raises: {},
  },
  {
    name: 'the key server is down for 10 minutes, and the one installation calls meanwhile',
    strategy: 'single',
    history: {
      minutes: DAY,
      installations: [{ firstCallAt: 60 }],
      answer: during(10, 'key-server-unavailable'),
    },
    raises: {},
  },
  {
    name: 'the key server is down for a minute, and the one installation calls meanwhile',
    strategy: 'single',
    history: {
      minutes: DAY,
      installations: [{ firstCallAt: 60 }],
      answer: during(2, 'key-server-unavailable'),
    },
    raises: {},
  },
  {
    name: 'a scanner: 3,000 requests without a token in half an hour',
    strategy: 'single',
    history: {
      minutes: DAY,
      installations: one,
      strangers: (minute) =>
        minute >= INCIDENT && minute < INCIDENT + 30
          ? { 'route-unknown': 60, 'method-not-allowed': 20, 'authorization-missing': 20 }
          : {},
    },
    raises: {},
  },
  {
    name: 'a scanner: 60,000 requests without a token in an hour',
    strategy: 'single',
    history: {
      minutes: DAY,
      installations: one,
      strangers: (minute) =>
        minute >= INCIDENT && minute < INCIDENT + 60 ? { 'route-unknown': 900, 'signature-invalid': 100 } : {},
    },
    raises: {},
  },
  {
    name: 'a deployment with a wrong app id, put right after an hour, 100 installations',
    strategy: 'perInstallation',
    history: {
      minutes: DAY,
      installations: fleet(100, 60, INSTALLED),
      answer: during(60, 'audience-wrong'),
    },
    raises: {},
  },
  {
    name: 'a deployment with a wrong app id, put right after an hour, one installation',
    strategy: 'single',
    history: { minutes: DAY, installations: one, answer: during(60, 'audience-wrong') },
    raises: {},
  },
  {
    name: 'a wrong app id from the first deployment on',
    strategy: 'single',
    history: { minutes: DAY, installations: one, answer: () => 'audience-wrong' },
    raises: {},
  },
  {
    name: 'no system token from the first deployment on',
    strategy: 'single',
    history: { minutes: DAY, installations: one, answer: () => 'system-token-missing' },
    raises: {},
  },
  {
    name: 'one of 100 installations is of an environment that the stage does not serve',
    strategy: 'perInstallation',
    history: {
      minutes: DAY,
      installations: fleet(100, 60, INSTALLED),
      answer: (_, installation) => (installation === 0 ? 'environment-not-served' : 'taken'),
    },
    raises: {},
  },
  {
    name: 'a second site, and one slot',
    strategy: 'single',
    history: { minutes: DAY, installations: [...one, { firstCallAt: INCIDENT }] },
    raises: {},
  },
  {
    name: 'a deployment that crashes, rolled back after an hour, 100 installations',
    strategy: 'perInstallation',
    history: {
      minutes: DAY,
      installations: fleet(100, 60, INSTALLED),
      answer: during(60, 'crashed'),
    },
    raises: {},
  },
  {
    name: 'Secrets Manager is down for 20 minutes, 100 installations',
    strategy: 'perInstallation',
    history: {
      minutes: DAY,
      installations: fleet(100, 60, INSTALLED),
      answer: during(20, 'slot-unavailable'),
    },
    raises: {},
  },
  {
    name: 'calls are slow for an hour, 100 installations',
    strategy: 'perInstallation',
    history: {
      minutes: DAY,
      installations: fleet(100, 60, INSTALLED),
      callMs: (minute) => (minute >= INCIDENT && minute < INCIDENT + 60 ? 4_200 : 900),
    },
    raises: {},
  },
  {
    name: 'Lambda turns calls away for 3 minutes, 100 installations',
    strategy: 'perInstallation',
    history: {
      minutes: DAY,
      installations: fleet(100, 60, INSTALLED),
      answer: during(3, 'throttled'),
    },
    raises: {},
  },
  {
    name: 'SQS takes no jobs for 20 minutes, 100 installations',
    strategy: 'perInstallation',
    history: {
      minutes: DAY,
      installations: fleet(100, 60, INSTALLED),
      answer: during(20, 'queue-unavailable'),
    },
    raises: {},
  },
];
