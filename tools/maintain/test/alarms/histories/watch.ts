import { fleet } from '../world/history';
import { INCIDENT, INSTALLED, LENGTH, type Story } from './story';

const stopped = (minute: number) => minute >= INCIDENT && minute < INCIDENT + 120;

/** The monitor itself fails. */
export const watch: readonly Story[] = [
  {
    name: 'the monitor is stopped for 2 hours',
    strategy: 'single',
    history: {
      minutes: LENGTH,
      installations: [{ firstCallAt: INSTALLED }],
      monitor: (minute) => (stopped(minute) ? 'stopped' : 'runs'),
    },
    raises: {
      MonitorSilent: ['06:21'],
    },
  },
  {
    name: 'the monitor fails for 2 hours',
    strategy: 'single',
    history: {
      minutes: LENGTH,
      installations: [{ firstCallAt: INSTALLED }],
      monitor: (minute) => (stopped(minute) ? 'fails' : 'runs'),
    },
    raises: {
      MonitorSilent: ['06:21'],
    },
  },
  {
    name: 'the monitor has never run',
    strategy: 'perInstallation',
    history: { minutes: LENGTH, installations: fleet(10, 60, INSTALLED), monitor: () => 'stopped' },
    raises: {
      MonitorSilent: ['00:30'],
    },
  },
  {
    name: 'one run is missing',
    strategy: 'single',
    history: {
      minutes: LENGTH,
      installations: [{ firstCallAt: INSTALLED }],
      monitor: (minute) => (minute >= INCIDENT && minute < INCIDENT + 5 ? 'fails' : 'runs'),
    },
    raises: {},
  },
];
