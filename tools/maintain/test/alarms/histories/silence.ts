import { fleet } from '../world/history';
import { DAY, INCIDENT, INSTALLED, LENGTH, type Story } from './story';

const silentFor = (hours: number) => (minute: number) => minute < INCIDENT || minute >= INCIDENT + hours * 60;

/** Forge doesn't call. */
export const silence: readonly Story[] = [
  {
    name: 'Forge is silent for 3 hours, one installation',
    strategy: 'single',
    history: { minutes: LENGTH, installations: [{ firstCallAt: INSTALLED }], forgeCalls: silentFor(3) },
    raises: {
      TokenRunningOut: ['06:27'],
      BeatsMissed: ['06:36'],
      TokenExpired: ['07:26'],
    },
  },
  {
    name: 'Forge is silent for 3 hours, 10,000 installations',
    strategy: 'perInstallation',
    history: { minutes: LENGTH, installations: fleet(10_000, 60, INSTALLED), forgeCalls: silentFor(3) },
    raises: {
      TokenRunningOut: ['06:12'],
      SeveralRunningOut: ['06:12'],
      BeatsMissed: ['06:21'],
      TokenExpired: ['07:16'],
    },
  },
  {
    name: 'Forge is silent for 3 hours, and calls every 5 minutes otherwise',
    strategy: 'perInstallation',
    intervalMinutes: 5,
    history: { minutes: LENGTH, installations: fleet(100, 5, INSTALLED), forgeCalls: silentFor(3) },
    raises: {
      BeatsMissed: ['06:21'],
      TokenRunningOut: ['07:07'],
      SeveralRunningOut: ['07:07'],
      TokenExpired: ['08:06'],
    },
  },
  {
    name: 'one of 10,000 installations is silent from then on',
    strategy: 'perInstallation',
    history: {
      minutes: LENGTH,
      installations: fleet(10_000, 60, INSTALLED),
      forgeCalls: (minute, installation) => installation !== 5_000 || minute < INCIDENT,
    },
    raises: {
      TokenRunningOut: ['08:57'],
      BeatsMissed: ['09:06'],
      TokenExpired: ['09:56'],
    },
  },
  {
    name: 'an uninstall that we are not told of, one of 100',
    strategy: 'perInstallation',
    history: {
      minutes: LENGTH,
      installations: fleet(100, 60, INSTALLED).map((installation, index) =>
        index === 0 ? { ...installation, uninstalledAt: INCIDENT } : installation,
      ),
    },
    raises: {
      TokenRunningOut: ['06:27'],
      BeatsMissed: ['06:36'],
      TokenExpired: ['07:26'],
    },
  },
  {
    name: 'two uninstalls that we are not told of, 3 hours apart: each is told',
    strategy: 'perInstallation',
    history: {
      minutes: LENGTH,
      installations: fleet(100, 60, INSTALLED).map((installation, index) =>
        index < 2 ? { ...installation, uninstalledAt: INCIDENT + 180 * index } : installation,
      ),
    },
    raises: {
      TokenRunningOut: ['06:27', '10:27'],
      BeatsMissed: ['06:36', '10:36'],
      TokenExpired: ['07:26', '11:26'],
    },
  },
  {
    name: 'a reinstall of which we are not told, one of 100: no page, and the slot of before is told once',
    strategy: 'perInstallation',
    history: {
      minutes: DAY,
      installations: [
        ...fleet(100, 60, INSTALLED).map((installation, index) =>
          index === 0 ? { ...installation, uninstalledAt: INCIDENT, site: 'a' } : installation,
        ),
        { firstCallAt: INCIDENT + 5, site: 'a' },
      ],
    },
    raises: { SlotReplaced: ['06:26'] },
  },
  {
    name: 'licences end at two of 100 sites, hours apart, and the trigger has a filter: tickets, and no page',
    strategy: 'perInstallation',
    licensedSitesOnly: true,
    history: {
      minutes: LENGTH,
      installations: fleet(100, 60, INSTALLED).map((installation, index) =>
        index < 2 ? { ...installation, uninstalledAt: INCIDENT + 180 * index } : installation,
      ),
    },
    raises: {
      BeatsMissed: ['06:36', '10:36'],
      TokenExpired: ['07:26', '11:26'],
    },
  },
  {
    name: 'Forge is silent for 3 hours, 100 installations, and the trigger has a filter for licences',
    strategy: 'perInstallation',
    licensedSitesOnly: true,
    history: { minutes: LENGTH, installations: fleet(100, 60, INSTALLED), forgeCalls: silentFor(3) },
    raises: {
      TokenRunningOut: ['06:12'],
      SeveralRunningOut: ['06:12'],
      BeatsMissed: ['06:21'],
      TokenExpired: ['07:16'],
    },
  },
  {
    name: 'manifest.yml has a URL where nothing is, and is put right after 2 hours',
    strategy: 'perInstallation',
    history: {
      minutes: LENGTH,
      installations: fleet(100, 60, INSTALLED),
      answer: (minute) => (minute >= INCIDENT && minute < INCIDENT + 120 ? 'unreachable' : 'taken'),
    },
    raises: {
      TokenRunningOut: ['06:12'],
      SeveralRunningOut: ['06:12'],
      BeatsMissed: ['06:21'],
      TokenExpired: ['07:16'],
    },
  },
];
