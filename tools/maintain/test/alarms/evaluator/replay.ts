import type { Alarm } from './alarms';
import type { MetricAlarm } from './metric-alarm';
import type { MetricStore } from './metric-store';
import { type AlarmState, judge } from './missing-data';
import { warmsUp } from './warm-up';

/** An alarm that changes its state. */
export interface Transition {
  readonly minute: number;
  /** Logical id of the alarm. */
  readonly alarm: string;
  readonly from: AlarmState;
  readonly to: AlarmState;
}

export interface Replay {
  readonly transitions: readonly Transition[];
  /** Those to ALARM of alarms that tell somebody. */
  readonly notifications: readonly Transition[];
}

export interface ReplayOptions {
  /**
   * When the alarms are made. Datapoints from before are seen as well.
   *
   * @default 0
   */
  readonly createdAt?: number;
  /**
   * How long a sample is on its way, beyond the minute that it belongs to. In minutes.
   *
   * @default 1
   */
  readonly ingestMinutes?: number;
  /**
   * How many periods the evaluation range has beyond the alarm's evaluation periods.
   *
   * @default 2 - the only number that AWS's documentation has: 5 for 3 evaluation periods of 5 minutes
   */
  readonly extraPeriods?: number;
}

/**
 * Evaluates alarms over the time of `store`, once a minute, as CloudWatch does with an alarm whose window slides: with a
 * period of an hour "the time range 13:07–14:07 on one evaluation and 13:08–14:08 on the next"
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation-window.html).
 *
 * AWS keeps to itself how many periods beyond the evaluation periods an alarm looks back ("depends on the length of the
 * alarm period and whether it is based on a metric with standard resolution or high resolution"): see
 * {@link ReplayOptions.extraPeriods}. What must hold whatever it is, is to be replayed with several.
 */
export function replay(alarms: readonly Alarm[], store: MetricStore, options: ReplayOptions = {}): Replay {
  const { createdAt = 0, ingestMinutes = 1, extraPeriods = 2 } = options;
  const transitions: Transition[] = [];
  const notifications: Transition[] = [];
  const states = new Map<string, AlarmState>();
  const stateOf = (id: string): AlarmState => states.get(id) ?? 'INSUFFICIENT_DATA';
  const warm = new Set<string>();
  const changes = new Map(alarms.map(({ id, metric }) => [id, changesOf(metric, store, ingestMinutes, extraPeriods)]));

  for (let minute = createdAt; minute <= store.minutes; minute++) {
    const become = ({ id, tells }: Alarm, to: AlarmState): void => {
      const transition = { minute, alarm: id, from: stateOf(id), to };
      if (transition.from === to) return;
      states.set(id, to);
      transitions.push(transition);
      if (tells.length > 0 && to === 'ALARM') notifications.push(transition);
    };
    for (const alarm of alarms) {
      const { id, metric } = alarm;
      if (warm.has(id) && !changes.get(id)?.[minute]) continue;
      const points = pointsAt(metric, store, minute, minute - ingestMinutes, extraPeriods);
      if (!warm.has(id)) {
        const age = minute - createdAt;
        if (stillWarmsUp(metric, store, age, minute - ingestMinutes, points.at(-1))) continue;
        warm.add(id);
      }
      const breaching = points.map((point) => (point === undefined ? undefined : metric.breaches(point)));
      become(alarm, judge(breaching, metric, stateOf(id)));
    }
  }
  return { transitions, notifications };
}

function pointsAt(metric: MetricAlarm, store: MetricStore, minute: number, seenUntil: number, extraPeriods: number) {
  const { source, periods, periodMinutes } = metric;
  const starts: number[] = [];
  for (let back = periods + extraPeriods; back > 0; back--) starts.push(minute - back * periodMinutes);
  return source.points(store, starts, seenUntil);
}

/** The minutes at which a sample comes into view, or gets from one of an alarm's periods into the one before. */
function changesOf(metric: MetricAlarm, store: MetricStore, ingestMinutes: number, extraPeriods: number): Uint8Array {
  const changes = new Uint8Array(store.minutes + 1);
  for (const name of metric.source.metrics) {
    for (const minute of store.find(name)?.busy ?? []) {
      changes[minute + 1 + ingestMinutes] = 1;
      for (let back = 1; back <= metric.periods + extraPeriods; back++)
        changes[minute + 1 + back * metric.periodMinutes] = 1;
    }
  }
  return changes;
}

function stillWarmsUp(
  { warmUp, source, periods, periodMinutes }: MetricAlarm,
  store: MetricStore,
  age: number,
  seenUntil: number,
  latest: number | undefined,
): boolean {
  if (!warmUp) return false;
  const first = Math.min(...source.metrics.map((name) => store.find(name)?.first ?? Number.POSITIVE_INFINITY));
  return warmsUp(warmUp, age, seenUntil - first, periods * periodMinutes, latest);
}
