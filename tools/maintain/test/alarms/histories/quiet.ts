import { fleet } from '../world/history';
import { DAY, INCIDENT, INSTALLED, LENGTH, type Story } from './story';

/** What is no incident, and tells nobody. */
export const quiet: readonly Story[] = [
  {
    name: 'a first deployment that nobody installs for a day, one slot',
    strategy: 'single',
    history: { minutes: DAY + 6 * 60, installations: [{ firstCallAt: DAY }] },
    raises: {},
  },
  {
    name: 'a first deployment that nobody installs for a day, a slot for each',
    strategy: 'perInstallation',
    history: { minutes: DAY + 6 * 60, installations: [{ firstCallAt: DAY }] },
    raises: {},
  },
  {
    name: 'a healthy week of one installation',
    strategy: 'single',
    history: { minutes: 7 * DAY, installations: [{ firstCallAt: INSTALLED }] },
    raises: {},
  },
  {
    name: 'a healthy week of 10,000 installations',
    strategy: 'perInstallation',
    history: { minutes: 7 * DAY, installations: fleet(10_000, 60, INSTALLED) },
    raises: {},
  },
  {
    name: '100 healthy installations that Forge calls every 5 minutes',
    strategy: 'perInstallation',
    intervalMinutes: 5,
    history: { minutes: LENGTH, installations: fleet(100, 5, INSTALLED) },
    raises: {},
  },
  {
    name: 'an uninstall that we are told of, one of 100',
    strategy: 'perInstallation',
    history: {
      minutes: LENGTH,
      installations: fleet(100, 60, INSTALLED).map((installation, index) =>
        index === 0 ? { ...installation, uninstalledAt: INCIDENT, uninstallTold: true } : installation,
      ),
    },
    raises: {},
  },
  {
    name: 'an uninstall that we are told of, of the one installation',
    strategy: 'single',
    history: {
      minutes: LENGTH,
      installations: [{ firstCallAt: INSTALLED, uninstalledAt: INCIDENT, uninstallTold: true }],
    },
    raises: {},
  },
  {
    name: 'an uninstall that we are told of, and another site an hour later',
    strategy: 'single',
    history: {
      minutes: LENGTH,
      installations: [
        { firstCallAt: INSTALLED, uninstalledAt: INCIDENT, uninstallTold: true },
        { firstCallAt: INCIDENT + 60 },
      ],
    },
    raises: {},
  },
];
