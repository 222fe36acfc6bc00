import { z } from 'zod';
import type { SlotInput } from './config';
import { type FieldsOf, matching, strict } from './config-fields';

const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,64}$/;
const KEY_ARN_ALLOWED =
  "a key's ARN in AWS KMS, such as 'arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012'";

const slotFields = {
  strategy: z
    .enum(['single', 'perInstallation', 'dynamodb'], { error: "'single', 'perInstallation' or 'dynamodb'" })
    .default('single'),
  retain: z.boolean({ error: 'true or false' }).exactOptional(),
  kmsKeyArn: matching(KEY_ARN, KEY_ARN_ALLOWED).exactOptional(),
} satisfies FieldsOf<SlotInput>;

/** The setting `slot` of a stage. */
export const slotSchema = strict(slotFields).prefault({});

interface SlotStage {
  readonly slot: z.output<typeof slotSchema>;
  readonly monitor: false | { readonly reapAfterDays?: number };
  readonly region?: string;
  readonly regions?: Readonly<Record<string, string>>;
}

/** What of a stage's slots doesn't go together. */
export function checkSlot(stage: SlotStage, context: z.core.$RefinementCtx): void {
  const { slot, monitor, region = '', regions = { default: region } } = stage;
  const problem = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });

  // The one slot belongs to its stack, and is never deleted while that stands.
  if (monitor !== false && monitor.reapAfterDays !== undefined && slot.strategy === 'single') {
    const message =
      "no value with slot.strategy 'single'; slots are deleted only with 'perInstallation' and 'dynamodb'";
    problem(['monitor', 'reapAfterDays'], message);
  }

  const { kmsKeyArn } = slot;
  // Of what is no ARN, the field's own check tells.
  if (kmsKeyArn === undefined || !KEY_ARN.test(kmsKeyArn)) return;
  if (slot.strategy !== 'dynamodb') {
    problem(
      ['slot', 'kmsKeyArn'],
      `no value with slot.strategy '${slot.strategy}'; only the table of 'dynamodb' takes a key`,
    );
  }
  const elsewhere = Object.values(regions).find((inUse) => inUse !== kmsKeyArn.split(':')[3]);
  if (elsewhere === undefined || elsewhere === '') return;
  problem(
    ['slot', 'kmsKeyArn'],
    `a key in ${elsewhere}, since a table takes a key of its own region only. With several regions leave it out`,
  );
}
