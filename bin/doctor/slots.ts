import { lateBelowSeconds } from '../../lambda/contract/freshness';
import { currentToken, type SlotMetadata } from '../../lambda/contract/slot-metadata';
import type { Aws } from './aws';
import { nothing, type Outcome, ok, wrong } from './finding';
import type { Target } from './target';
import { ago, count, duration, iso } from './time';

/** The slots' metadata. */
export interface ReadSlots {
  /** Whether the stage has a single slot, which belongs to the stack. */
  readonly single: boolean;
  /** Empty if the stack's only slot was deleted. */
  readonly secrets: readonly SlotMetadata[];
}

/**
 * Reads the slots of the stack output SlotArn: one secret, all secrets under a prefix (it ends with a star), or a table.
 *
 * @throws {Error} from AWS
 */
export async function readSlots(aws: Aws, slotArn: string): Promise<ReadSlots> {
  const prefix = /:secret:(.+\/)\*$/.exec(slotArn)?.[1];
  if (prefix !== undefined) return { single: false, secrets: await aws.secrets(prefix) };
  const table = /^arn:[^:]+:dynamodb:.*:table\/(.+)$/.exec(slotArn)?.[1];
  if (table !== undefined) return { single: false, secrets: await aws.items(table) };
  const secret = await aws.secret(slotArn);
  return { single: true, secrets: secret ? [secret] : [] };
}

/** How many slots to list. The others are only counted. */
const MOST_LISTED = 20;

export interface SlotFacts {
  readonly nowMs: number;
  /** Whether the stage has a single slot, which belongs to the stack. */
  readonly single: boolean;
  /** How often Forge delivers a token, in minutes. Absent if unknown; then no slot is late. */
  readonly intervalMinutes?: number;
  /** Whether the stage is so new that Forge may not have called yet. */
  readonly isNew: boolean;
}

/** `released`: its installation was uninstalled, and the next one takes the slot. */
type Health = 'fresh' | 'late' | 'expired' | 'empty' | 'released' | 'deleted';

interface Slot {
  readonly health: Health;
  readonly line: string;
  readonly secondsLeft: number;
}

/** Checks from the metadata, without reading a token, that each slot has a token that was delivered in time. */
export function slotsOutcome(secrets: readonly SlotMetadata[], facts: SlotFacts, target: Target): Outcome {
  const install = 'Deploy and install the app ("forge deploy", "forge install"): Forge calls about five minutes later.';
  if (facts.single && secrets.length === 0) return wrong('gone: somebody deleted the secret', [target.restore]);
  if (secrets.length === 0) return nothing('none: no installation has called yet', [install]);
  const slots = secrets.map((secret) => judge(secret, facts)).sort((a, b) => a.secondsLeft - b.secondsLeft);
  const have = (health: Health) => slots.filter((slot) => slot.health === health).length;
  const [only, ...others] = slots;
  if (facts.isNew && only?.health === 'empty' && others.length === 0) {
    return nothing('empty: Forge has not called yet', [install]);
  }

  const parts = (['expired', 'late', 'empty', 'deleted', 'released', 'fresh'] as const)
    .filter((health) => have(health) > 0)
    .map((health) => `${have(health)} ${WORDS[health]}`);
  const summary = only && others.length === 0 ? only.line : `${count(slots.length, 'slot')}: ${parts.join(', ')}`;
  const details = others.length === 0 ? [] : listed(slots);
  const [fix, ...otherFixes] = [
    ...(have('expired') + have('late') > 0 ? [overdue(facts, target)] : []),
    ...(have('empty') > 0 ? [`${install} If its calls are refused, the row Refusals says why.`] : []),
    ...(have('deleted') > 0
      ? [`${RESTORE}${secrets.find(({ deletedAtMs }) => deletedAtMs !== undefined)?.id ?? ''}`]
      : []),
  ];
  if (fix !== undefined) return wrong(summary, [fix, ...otherFixes], details);
  return have('released') === slots.length ? nothing(summary, [...details, install]) : ok(summary, details);
}

const RESTORE = 'It can be restored for some days: aws secretsmanager restore-secret --secret-id ';

const WORDS: Readonly<Record<Health, string>> = {
  expired: 'expired',
  late: 'late',
  empty: 'empty',
  deleted: 'being deleted',
  released: 'released',
  fresh: 'fresh',
};

const listed = (slots: readonly Slot[]): string[] => [
  ...slots.slice(0, MOST_LISTED).map(({ line }) => line),
  ...(slots.length > MOST_LISTED ? [`and ${slots.length - MOST_LISTED} with more time left`] : []),
];

function overdue({ single }: SlotFacts, { stage }: Target): string {
  const causes =
    'Forge has stopped delivering. Check that the app is still installed, and the rows Manifest and Refusals. ' +
    "Only Forge's next call brings a token. If there are neither calls nor refusals, see status.atlassian.com.";
  if (single) return causes;
  return (
    `${causes} If the app was uninstalled, delete its slot, or set monitor: { reapAfterDays: 30 } in config.ts, stage ` +
    `${stage}.`
  );
}

function judge({ id, versions, changedAtMs, deletedAtMs }: SlotMetadata, facts: SlotFacts): Slot {
  const { nowMs } = facts;
  const name = id.replace(/^arn:.*:secret:/, '');
  if (deletedAtMs !== undefined) {
    return {
      health: 'deleted',
      line: `${name} was scheduled for deletion at ${iso(deletedAtMs)}`,
      secondsLeft: -Infinity,
    };
  }
  const { version: token, isReleased } = currentToken({ versions }) ?? {};
  if (token && isReleased) {
    const line = `${name} is released: installation ${token.installation} was uninstalled`;
    return { health: 'released', line, secondsLeft: -Infinity };
  }
  if (!token) {
    const state = Object.keys(versions).length === 0 ? 'is empty' : 'was written by hand, which counts as empty';
    return { health: 'empty', line: `${name} ${state}`, secondsLeft: -Infinity };
  }
  const secondsLeft = token.expiresAtSeconds - nowMs / 1000;
  const changed = changedAtMs === undefined ? '' : `, written ${ago(changedAtMs, nowMs)}`;
  const owner = `installation ${token.installation}`;
  const until = iso(token.expiresAtSeconds * 1000);
  if (secondsLeft <= 0) {
    const line = `${owner}: expired at ${until}, ${ago(token.expiresAtSeconds * 1000, nowMs)}${changed}`;
    return { health: 'expired', line, secondsLeft };
  }
  const lateBelow = facts.intervalMinutes === undefined ? 0 : lateBelowSeconds(facts.intervalMinutes);
  const isLate = secondsLeft < lateBelow;
  const late = isLate ? `; late: with timely deliveries it has at least ${Math.round(lateBelow / 60)} minutes` : '';
  const line = `${owner}: until ${until}, ${duration(secondsLeft * 1000)} left${changed}${late}`;
  return { health: isLate ? 'late' : 'fresh', line, secondsLeft };
}
