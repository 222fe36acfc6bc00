// An alarm on a metric that is only there when something is wrong would begin once more when all is well: where a window
// has no sample left, CloudWatch judges the latest one that has. That is why those alarms look at calls that went well too,
// and why their window is longer than an hour. Each history here ends long enough after all is mended to show it.

import type { Answer } from '../world/history';
import { fleet } from '../world/history';
import { INCIDENT, INSTALLED, LENGTH, type Story } from './story';

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
      minutes: LENGTH,
      installations: fleet(100, 60, INSTALLED),
      answer: during(10, 'key-server-unavailable'),
      keyServer: (minute) => minute < INCIDENT || minute >= INCIDENT + 10,
    },
    raises: {
      KeyServer: ['06:11'],
      TokenRunningOut: ['06:12'],
      SeveralRunningOut: ['06:12'],
      BeatsMissed: ['06:21'],
    },
  },
  {
    name: 'the key server is down for 10 minutes, and the one installation calls meanwhile',
    strategy: 'single',
    history: {
      minutes: LENGTH,
      installations: [{ firstCallAt: 60 }],
      answer: during(10, 'key-server-unavailable'),
    },
    raises: {
      // Nobody can prove that these calls are Forge's: they count once no call was accepted for 70 minutes.
      NothingAccepted: ['06:12'],
      CallsUnproven: ['06:12'],
    },
  },
  {
    name: 'the key server is down for a minute, and the one installation calls meanwhile',
    strategy: 'single',
    history: {
      minutes: LENGTH,
      installations: [{ firstCallAt: 60 }],
      answer: during(2, 'key-server-unavailable'),
    },
    raises: {},
  },
  {
    name: 'a scanner: 3,000 requests without a token in half an hour',
    strategy: 'single',
    history: {
      minutes: LENGTH,
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
      minutes: LENGTH,
      installations: one,
      strangers: (minute) =>
        minute >= INCIDENT && minute < INCIDENT + 60 ? { 'route-unknown': 900, 'signature-invalid': 100 } : {},
    },
    raises: {
      Flood: ['06:06'],
    },
  },
  {
    name: 'a deployment with a wrong app id, put right after an hour, 100 installations',
    strategy: 'perInstallation',
    history: {
      minutes: LENGTH,
      installations: fleet(100, 60, INSTALLED),
      answer: during(60, 'audience-wrong'),
    },
    raises: {
      TokenRunningOut: ['06:12'],
      SeveralRunningOut: ['06:12'],
      BeatsMissed: ['06:21'],
      TokenExpired: ['07:16'],
    },
  },
  {
    name: 'a deployment with a wrong app id, put right after an hour, one installation',
    strategy: 'single',
    history: { minutes: LENGTH, installations: one, answer: during(60, 'audience-wrong') },
    raises: {
      NothingAccepted: ['06:26'],
      CallsUnproven: ['06:26'],
      TokenRunningOut: ['06:27'],
      BeatsMissed: ['06:36'],
    },
  },
  {
    name: 'a wrong app id from the first deployment on',
    strategy: 'single',
    history: { minutes: LENGTH, installations: one, answer: () => 'audience-wrong' },
    raises: {
      // Nothing runs out: there is no token yet.
      CallsUnproven: ['00:20'],
    },
  },
  {
    name: 'no system token from the first deployment on',
    strategy: 'single',
    history: { minutes: LENGTH, installations: one, answer: () => 'system-token-missing' },
    raises: {
      CallsFailing: ['00:19'],
      TokenMissing: ['00:18'],
      CallsRefused: ['02:37'],
    },
  },
  {
    name: 'the key server gives the monitor no keys for an hour, and receivers go on with those that are kept',
    strategy: 'perInstallation',
    history: {
      minutes: LENGTH,
      installations: fleet(100, 60, INSTALLED),
      keyServer: (minute) => minute < INCIDENT || minute >= INCIDENT + 60,
    },
    raises: { KeyServer: ['06:11'] },
  },
  {
    name: 'an installation gets only older tokens, for 2 hours',
    strategy: 'perInstallation',
    history: {
      minutes: LENGTH,
      installations: fleet(100, 60, INSTALLED),
      answer: (minute, installation) =>
        installation === 2 && minute >= INCIDENT && minute < INCIDENT + 120 ? 'older' : 'taken',
    },
    raises: { TokensOlder: ['07:27'] },
  },
  {
    name: 'a call that was overtaken brings an older token, once',
    strategy: 'perInstallation',
    history: {
      minutes: LENGTH,
      installations: fleet(100, 60, INSTALLED),
      answer: (minute, installation) =>
        installation === 1 && minute >= INCIDENT && minute < INCIDENT + 60 ? 'older' : 'taken',
    },
    raises: {},
  },
  {
    name: 'among 100 installations comes one of an environment that the stage does not serve',
    strategy: 'perInstallation',
    history: {
      minutes: LENGTH,
      installations: [...fleet(100, 60, INSTALLED), { firstCallAt: INCIDENT }],
      answer: (_, installation) => (installation === 100 ? 'environment-not-served' : 'taken'),
    },
    raises: {
      CallsRefused: ['08:21'],
    },
  },
  {
    name: 'a second site, and one slot',
    strategy: 'single',
    history: { minutes: LENGTH, installations: [...one, { firstCallAt: INCIDENT }] },
    raises: {
      SlotBoundElsewhere: ['06:02'],
    },
  },
  {
    name: 'a deployment that crashes, rolled back after an hour, 100 installations',
    strategy: 'perInstallation',
    history: {
      minutes: LENGTH,
      installations: fleet(100, 60, INSTALLED),
      answer: during(60, 'crashed'),
    },
    raises: {
      ReceiverErrors: ['06:02'],
      TokenRunningOut: ['06:12'],
      SeveralRunningOut: ['06:12'],
      ReceiverCrashing: ['06:15'],
      BeatsMissed: ['06:21'],
      TokenExpired: ['07:16'],
    },
  },
  {
    name: 'Secrets Manager is down for 20 minutes, 100 installations',
    strategy: 'perInstallation',
    history: {
      minutes: LENGTH,
      installations: fleet(100, 60, INSTALLED),
      answer: during(20, 'slot-unavailable'),
    },
    raises: {
      SlotUnavailable: ['06:03'],
      TokenRunningOut: ['06:12'],
      SeveralRunningOut: ['06:12'],
      CallsFailing: ['06:15'],
      BeatsMissed: ['06:21'],
      TokenExpired: ['07:16'],
    },
  },
  {
    name: 'calls are slow for an hour, 100 installations',
    strategy: 'perInstallation',
    history: {
      minutes: LENGTH,
      installations: fleet(100, 60, INSTALLED),
      callMs: (minute) => (minute >= INCIDENT && minute < INCIDENT + 60 ? 4_200 : 900),
    },
    raises: {
      Slow: ['06:02'],
    },
  },
  {
    name: 'Lambda turns calls away for 3 minutes, 100 installations',
    strategy: 'perInstallation',
    history: {
      minutes: LENGTH,
      installations: fleet(100, 60, INSTALLED),
      answer: during(3, 'throttled'),
    },
    raises: {
      Throttles: ['06:02'],
    },
  },
  {
    name: 'SQS takes no jobs for 20 minutes, 100 installations',
    strategy: 'perInstallation',
    history: {
      minutes: LENGTH,
      installations: fleet(100, 60, INSTALLED),
      answer: during(20, 'queue-unavailable'),
    },
    raises: {
      QueueUnavailable: ['06:03'],
    },
  },
];
