import { REASONS, type Reason } from '../lambda/contract/reasons';
import type { AlarmState } from '../test/alarms/evaluator/missing-data';
import { replay } from '../test/alarms/evaluator/replay';
import { deploy, shortName } from '../test/alarms/world/deployment';
import { fleet } from '../test/alarms/world/history';
import { live } from '../test/alarms/world/live';

const DAY = 24 * 60;
const INSTALLATIONS = 40;

/** When one installation falls silent: late enough for its token to run out at the end, and for nobody to have acted. */
const SILENT_FROM = 2 * DAY - 150;

/** A bad hour in the middle of the day: an environment that the stage doesn't serve. */
const refusedAt = (minute: number) => minute > DAY + 540 && minute < DAY + 600;

/**
 * Two simulated days of a backend with 40 installations, as the tests of the alarms live through them. The second one is
 * shown: strangers all day, some calls refused at noon, a few jobs that fail, and one installation that falls silent.
 */
export async function sampleDay() {
  const deployment = await deploy(60, 'perInstallation');
  const { store } = live({
    deployment,
    minutes: 2 * DAY,
    installations: fleet(INSTALLATIONS, 60, 15),
    forgeCalls: (minute, installation) => installation !== 7 || minute < SILENT_FROM,
    answer: (minute, installation) => (installation === 3 && refusedAt(minute) ? 'environment-not-served' : 'taken'),
    callMs: (minute) => 600 + 250 * Math.sin(minute / 90) + (minute % 7) * 40,
    strangers: (minute) => strangers(minute),
  });
  const states = new Map<string, AlarmState>();
  for (const { alarm, to } of replay(deployment.alarms, store).transitions) states.set(shortName(alarm), to);
  return { deployment, store, states, from: DAY, to: 2 * DAY };
}

/** Scanners: now and then somebody tries paths, methods and forged tokens. */
function strangers(minute: number): Partial<Record<Reason, number>> {
  const wave = Math.max(0, Math.round(6 * Math.sin(minute / 170) ** 8));
  return {
    'route-unknown': wave + (minute % 23 === 0 ? 2 : 0),
    'authorization-missing': minute % 41 === 0 ? 1 : 0,
    'signature-invalid': minute % 331 === 0 ? 1 : 0,
  };
}

export const ALL_REASONS = Object.keys(REASONS);
