import { fleet } from '../world/history';
import { DAY, INCIDENT, INSTALLED, type Story } from './story';

const silentFor = (hours: number) => (minute: number) => minute < INCIDENT || minute >= INCIDENT + hours * 60;

/** Forge doesn't call. */
export const silence: readonly Story[] = [
  {
    name: 'Forge is silent for 3 hours, one installation',
    strategy: 'single',
    history: { minutes: DAY, installations: [{ firstCallAt: INSTALLED }], forgeCalls: silentFor(3) },
    raises: {
      Page: ['12:27'],
      Ticket: ['12:37', '13:27'],
      TokenRunningOut: ['12:27'],
      BeatsMissed: ['12:37'],
      TokenExpired: ['13:27'],
    },
  },
  {
    name: 'Forge is silent for 3 hours, 10,000 installations',
    strategy: 'perInstallation',
    history: { minutes: DAY, installations: fleet(10_000, 60, INSTALLED), forgeCalls: silentFor(3) },
    raises: {
      Page: ['12:12'],
      Ticket: ['12:22'],
      TokenRunningOut: ['12:12'],
      BeatsMissed: ['12:22'],
      TokenExpired: ['13:17'],
    },
  },
  {
    name: 'Forge is silent for 3 hours, and calls every 5 minutes otherwise',
    strategy: 'perInstallation',
    intervalMinutes: 5,
    history: { minutes: DAY, installations: fleet(100, 5, INSTALLED), forgeCalls: silentFor(3) },
    raises: {
      Page: ['13:07'],
      Ticket: ['12:22'],
      BeatsMissed: ['12:22'],
      TokenRunningOut: ['13:07'],
      TokenExpired: ['14:07'],
    },
  },
  {
    name: 'one of 10,000 installations is silent from then on',
    strategy: 'perInstallation',
    history: {
      minutes: DAY,
      installations: fleet(10_000, 60, INSTALLED),
      forgeCalls: (minute, installation) => installation !== 5_000 || minute < INCIDENT,
    },
    raises: {
      Page: ['14:57'],
      Ticket: ['15:07', '15:57'],
      TokenRunningOut: ['14:57'],
      BeatsMissed: ['15:07'],
      TokenExpired: ['15:57'],
    },
  },
  {
    name: 'an uninstall that we are not told of, one of 100',
    strategy: 'perInstallation',
    history: {
      minutes: DAY,
      installations: fleet(100, 60, INSTALLED).map((installation, index) =>
        index === 0 ? { ...installation, uninstalledAt: INCIDENT } : installation,
      ),
    },
    raises: {
      Page: ['12:27'],
      Ticket: ['12:37', '13:27'],
      TokenRunningOut: ['12:27'],
      BeatsMissed: ['12:37'],
      TokenExpired: ['13:27'],
    },
  },
  {
    name: 'manifest.yml has a URL where nothing is, and is put right after 2 hours',
    strategy: 'perInstallation',
    history: {
      minutes: DAY,
      installations: fleet(100, 60, INSTALLED),
      answer: (minute) => (minute >= INCIDENT && minute < INCIDENT + 120 ? 'unreachable' : 'taken'),
    },
    raises: {
      Page: ['12:12'],
      Ticket: ['12:22'],
      TokenRunningOut: ['12:12'],
      BeatsMissed: ['12:22'],
      TokenExpired: ['13:17'],
    },
  },
];
