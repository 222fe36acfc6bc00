import { fleet } from '../world/history';
import { DAY, INCIDENT, INSTALLED, type Story } from './story';

const silentFor = (hours: number) => (minute: number) => minute < INCIDENT || minute >= INCIDENT + hours * 60;

/** Forge doesn't call. */
export const silence: readonly Story[] = [
  {
    name: 'Forge is silent for 3 hours, one installation',
    strategy: 'single',
    history: { minutes: DAY, installations: [{ firstCallAt: INSTALLED }], forgeCalls: silentFor(3) },
    raises: {},
  },
  {
    name: 'Forge is silent for 3 hours, 10,000 installations',
    strategy: 'perInstallation',
    history: { minutes: DAY, installations: fleet(10_000, 60, INSTALLED), forgeCalls: silentFor(3) },
    raises: {},
  },
  {
    name: 'Forge is silent for 3 hours, and calls every 5 minutes otherwise',
    strategy: 'perInstallation',
    intervalMinutes: 5,
    history: { minutes: DAY, installations: fleet(100, 5, INSTALLED), forgeCalls: silentFor(3) },
    raises: {},
  },
  {
    name: 'one of 10,000 installations is silent from then on',
    strategy: 'perInstallation',
    history: {
      minutes: DAY,
      installations: fleet(10_000, 60, INSTALLED),
      forgeCalls: (minute, installation) => installation !== 5_000 || minute < INCIDENT,
    },
    raises: {},
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
    raises: {},
  },
  {
    name: 'manifest.yml has a URL where nothing is, and is put right after 2 hours',
    strategy: 'perInstallation',
    history: {
      minutes: DAY,
      installations: fleet(100, 60, INSTALLED),
      answer: (minute) => (minute >= INCIDENT && minute < INCIDENT + 120 ? 'unreachable' : 'taken'),
    },
    raises: {},
  },
];
