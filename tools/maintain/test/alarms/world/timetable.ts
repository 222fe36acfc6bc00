import type { Transition } from '../evaluator/replay';
import { shortName } from './deployment';

/** A minute of the simulated time for people: hours and minutes since the deployment, `12:05`, or `1d 00:05`. */
export function clock(minute: number): string {
  const [days, hours, minutes] = [Math.floor(minute / 1440), Math.floor(minute / 60) % 24, minute % 60];
  return `${days > 0 ? `${days}d ` : ''}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

/** When each alarm went to ALARM, by its short name. */
export function timetable(transitions: readonly Transition[]): Record<string, string[]> {
  const table: Record<string, string[]> = {};
  for (const { alarm, minute, to } of transitions) {
    if (to !== 'ALARM') continue;
    const name = shortName(alarm);
    table[name] = [...(table[name] ?? []), clock(minute)];
  }
  return table;
}
