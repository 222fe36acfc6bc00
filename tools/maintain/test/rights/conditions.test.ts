import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LINTED_CONFIGURATIONS } from '../../lint/configurations';
import { lintedApp } from '../../lint/stacks';

const EMULATOR = path.join(__dirname, '../../../emulator/aws');

/** What the emulation says of requests: it evaluates a key that it doesn't know as one that a request lacks. */
const emulated = readdirSync(EMULATOR)
  .filter((name) => name.startsWith('iam-') || name === 'iam.ts')
  .map((name) => readFileSync(path.join(EMULATOR, name), 'utf8'))
  .join('\n');

/** Every `Condition` in a template, by its keys. */
function conditionKeys(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'Condition' && typeof inner === 'object' && inner !== null
      ? Object.values(inner).flatMap((operator) => (typeof operator === 'object' ? Object.keys(operator ?? {}) : []))
      : conditionKeys(inner),
  );
}

// CDK's own validation takes long, and another test runs it.
process.env.CDK_VALIDATION = 'false';

/** Between them, they have every kind of policy. */
const configurations = Object.entries(LINTED_CONFIGURATIONS).filter(([name]) => /every option|keys of/.test(name));

const used = new Set(
  configurations.flatMap(([, config]) =>
    lintedApp(config)
      .app.synth()
      .stacks.flatMap(({ template }) => conditionKeys(template.Resources)),
  ),
);

test.each([...used].sort())('the condition key %s is one that the emulation sets', (key) => {
  expect(emulated).toContain(`'${key}'`);
});
