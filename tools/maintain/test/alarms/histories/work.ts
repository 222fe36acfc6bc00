import { fleet } from '../world/history';
import { DAY, INCIDENT, INSTALLED, LENGTH, type Story } from './story';

/** Tokens are fine, and the work isn't done. */
export const work: readonly Story[] = [
  {
    name: 'the job fails for good at one of 100 installations, for 8 hours',
    strategy: 'perInstallation',
    history: {
      minutes: DAY,
      installations: fleet(100, 60, INSTALLED),
      worker: (minute, installation) =>
        installation === 0 && minute >= INCIDENT && minute < INCIDENT + 480 ? 'fails' : 'succeeds',
    },
    raises: {
      // Each job that is given up.
      DeadLetters: ['07:48', '09:18', '10:48', '12:18', '13:48'],
      WorkWaits: ['08:47', '09:48'],
    },
  },
  {
    name: 'the job fails once at each of 100 installations',
    strategy: 'perInstallation',
    history: {
      minutes: LENGTH,
      installations: fleet(100, 60, INSTALLED),
      worker: (minute) => (minute >= INCIDENT && minute < INCIDENT + 20 ? 'fails' : 'succeeds'),
    },
    raises: {},
  },
  {
    name: 'the worker crashes for 10 minutes',
    strategy: 'perInstallation',
    history: {
      minutes: LENGTH,
      installations: fleet(100, 60, INSTALLED),
      worker: (minute) => (minute >= INCIDENT && minute < INCIDENT + 10 ? 'crashes' : 'succeeds'),
    },
    raises: {
      WorkerErrors: ['06:02'],
    },
  },
  {
    name: 'nobody takes jobs for 4 hours',
    strategy: 'perInstallation',
    history: {
      minutes: LENGTH,
      installations: fleet(100, 60, INSTALLED),
      worker: (minute) => (minute >= INCIDENT && minute < INCIDENT + 240 ? 'absent' : 'succeeds'),
    },
    raises: {
      WorkWaits: ['07:32'],
    },
  },
];
