import { lateBelowSeconds } from '../../lambda/contract/freshness';
import { currentToken, type SlotMetadata } from '../../lambda/contract/slot-metadata';
import type { Aws } from './aws';
import { nothing, type Outcome, ok, wrong } from './finding';
import type { Target } from './target';
import { ago, count, duration, iso } from './time';

/** The stage's slots by their metadata. */
export interface ReadSlots {
  /** Whether the stage has one slot, which belongs to the stack. */
  readonly single: boolean;
  /** Without the one of the stack when it is gone. */
  readonly secrets: readonly SlotMetadata[];
}

/**
 * Reads what the output SlotArn names: one secret, all under a prefix where it ends with a star, or a table.
 *
 * @throws {Error} of AWS
 */
export async function readSlots(aws: Aws, slotArn: string): Promise<ReadSlots> {
  const prefix = /:secret:(.+\/)\*$/.exec(slotArn)?.[1];
  if (prefix !== undefined) return { single: false, secrets: await aws.secrets(prefix) };
  const table = /^arn:[^:]+:dynamodb:.*:table\/(.+)$/.exec(slotArn)?.[1];
  if (table !== undefined) return { single: false, secrets: await aws.items(table) };
  const secret = await aws.secret(slotArn);
  return { single: true, secrets: secret ? [secret] : [] };
}

/** Slots that are listed; of the others it is said how many they are. */
const MOST_LISTED = 20;

export interface SlotFacts {
  readonly nowMs: number;
  /** Whether the stage has one slot, which belongs to the stack. */
  readonly single: boolean;
  /** How often Forge delivers a token, in minutes. Absent where it couldn't be seen: then nothing counts as late. */
  readonly intervalMinutes?: number;
  /** Whether the stage is so new that no call needs to have come yet. */
  readonly isNew: boolean;
}

/** `released`: its installation is gone, and the next one takes it. */
type Health = 'fresh' | 'late' | 'expired' | 'empty' | 'released' | 'deleted';

interface Slot {
  readonly health: Health;
  readonly line: string;
  readonly secondsLeft: number;
}

/** Each slot holds a token that was delivered in time. Told from metadata: no token is read. */
export function slotsOutcome(secrets: readonly SlotMetadata[], facts: SlotFacts, target: Target): Outcome {
  const install = `Release and install the app ("forge deploy", "forge install"): Forge calls about five minutes later.`;
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
    ...(have('empty') > 0 ? [`${install} Does it call, and is refused? The row Refusals says why.`] : []),
    ...(have('deleted') > 0
      ? [`${RESTORE}${secrets.find(({ deletedAtMs }) => deletedAtMs !== undefined)?.id ?? ''}`]
      : []),
  ];
  if (fix !== undefined) return wrong(summary, [fix, ...otherFixes], details);
  return have('released') === slots.length ? nothing(summary, [...details, install]) : ok(summary, details);
}

const RESTORE = 'It can be had back for some days: aws secretsmanager restore-secret --secret-id ';

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
    `Forge has stopped delivering. Is the app still installed, is the row Manifest fine, does the row Refusals name a ` +
    `reason? Then Forge's next call brings a token, and nothing else can. Nothing refused and nothing called: ` +
    `status.atlassian.com.`;
  if (single) return causes;
  return (
    `${causes} Uninstalled? Delete its slot, or have it deleted: monitor: { reapAfterDays: 30 } in config.ts, stage ` +
    `${stage}.`
  );
}

function judge({ id, versions, changedAtMs, deletedAtMs }: SlotMetadata, facts: SlotFacts): Slot {
  const { nowMs } = facts;
  const name = id.replace(/^arn:.*:secret:/, '');
  if (deletedAtMs !== undefined) {
    return {
      health: 'deleted',
      line: `${name} is scheduled for deletion since ${iso(deletedAtMs)}`,
      secondsLeft: -Infinity,
    };
  }
  const { version: token, isReleased } = currentToken({ versions }) ?? {};
  if (token && isReleased) {
    const line = `${name} is released: installation ${token.installation} was uninstalled`;
    return { health: 'released', line, secondsLeft: -Infinity };
  }
  if (!token) {
    const why = Object.keys(versions).length === 0 ? 'is empty' : 'was written by hand, which counts as empty';
    return { health: 'empty', line: `${name} ${why}`, secondsLeft: -Infinity };
  }
  const secondsLeft = token.expiresAtSeconds - nowMs / 1000;
  const changed = changedAtMs === undefined ? '' : `, written ${ago(changedAtMs, nowMs)}`;
  const whose = `installation ${token.installation}`;
  const until = iso(token.expiresAtSeconds * 1000);
  if (secondsLeft <= 0) {
    const line = `${whose}: expired at ${until}, ${ago(token.expiresAtSeconds * 1000, nowMs)}${changed}`;
    return { health: 'expired', line, secondsLeft };
  }
  const lateBelow = facts.intervalMinutes === undefined ? 0 : lateBelowSeconds(facts.intervalMinutes);
  const isLate = secondsLeft < lateBelow;
  const late = isLate ? `; late, for a delivery in time leaves ${Math.round(lateBelow / 60)} minutes` : '';
  const line = `${whose}: until ${until}, ${duration(secondsLeft * 1000)} left${changed}${late}`;
  return { health: isLate ? 'late' : 'fresh', line, secondsLeft };
}
