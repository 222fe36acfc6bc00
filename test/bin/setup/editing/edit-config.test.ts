import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { editConfig, type StageEdit } from '../../../../bin/setup/editing/edit-config';
import { edited } from '../../../lib/manifest/manifests';
import { OWNED_FILES } from '../../../support/fixture-fork';

/** The template's own config.ts. */
const TEMPLATE = readFileSync(join(OWNED_FILES, 'config.ts'), 'utf8');

const BOTH = { region: 'eu-central-1', alarmEmails: ['ops@example.com'] };

const edit = (text: string, change: StageEdit) => editConfig(text, 'config.ts', change);

describe('nothing but the intended lines changes', () => {
  test('in the template, stage dev', () => {
    expect(edit(TEMPLATE, { stage: 'dev', ...BOTH })).toBe(
      edited(
        TEMPLATE,
        [
          "region: 'us-east-1',\n      // The environments of `forge deploy`",
          "region: 'eu-central-1',\n      // The environments of `forge deploy`",
        ],
        ['alarmEmails: [],\n', "alarmEmails: ['ops@example.com'],\n"],
      ),
    );
  });

  test('in the template, stage prod, where comments follow on the line', () => {
    expect(edit(TEMPLATE, { stage: 'prod', ...BOTH })).toBe(
      edited(
        TEMPLATE,
        ["region: 'us-east-1',\n      // A stage that", "region: 'eu-central-1',\n      // A stage that"],
        ['alarmEmails: [], // ', "alarmEmails: ['ops@example.com'], // "],
      ),
    );
  });

  test.each<[name: string, text: string, after: string]>([
    [
      'double quotes',
      'export default defineConfig({ stages: [{ name: "dev", region: "us-east-1", alarmEmails: ["old@example.com"] }] });',
      'export default defineConfig({ stages: [{ name: "dev", region: "eu-central-1", alarmEmails: ["ops@example.com"] }] });',
    ],
    [
      'the quotes of the value, not of its neighbour',
      `defineConfig({ stages: [{ name: 'dev', region: "us-east-1", alarmEmails: ["a@example.com", 'b@example.com'] }] })`,
      `defineConfig({ stages: [{ name: 'dev', region: "eu-central-1", alarmEmails: ["ops@example.com"] }] })`,
    ],
    [
      'keys in quotes, any order, no comma at the end',
      "defineConfig({ 'stages': [{ 'alarmEmails': [], 'region': 'us-east-1', 'name': 'dev' }] })",
      "defineConfig({ 'stages': [{ 'alarmEmails': ['ops@example.com'], 'region': 'eu-central-1', 'name': 'dev' }] })",
    ],
    [
      'comments that look like code',
      `/* defineConfig({ stages: [{ name: 'dev', region: 'us-east-1' }] }) */
defineConfig({
  // name: 'dev', region: 'us-east-1'
  stages: [
    {
      name: 'dev', /* it's "dev" { */
      region: /* home */ 'us-east-1', // don't move {
      alarmEmails: [] /* ] */,
    },
  ],
})`,
      `/* defineConfig({ stages: [{ name: 'dev', region: 'us-east-1' }] }) */
defineConfig({
  // name: 'dev', region: 'us-east-1'
  stages: [
    {
      name: 'dev', /* it's "dev" { */
      region: /* home */ 'eu-central-1', // don't move {
      alarmEmails: ['ops@example.com'] /* ] */,
    },
  ],
})`,
    ],
    [
      'values that are computed beside it',
      "defineConfig({ name: `x\u0024{f({ a: '}' })}`, stages: [...others, { ...base, name: 'dev', region: 'us-east-1', slot: { retain: a ? b(1, 2) : [3] }, alarmEmails: [] as string[], get x() { return 1; } }] } satisfies ConfigInput)",
      "defineConfig({ name: `x\u0024{f({ a: '}' })}`, stages: [...others, { ...base, name: 'dev', region: 'eu-central-1', slot: { retain: a ? b(1, 2) : [3] }, alarmEmails: ['ops@example.com'] as string[], get x() { return 1; } }] } satisfies ConfigInput)",
    ],
    [
      'strings with quotes and braces in them',
      "defineConfig({ stages: [{ note: 'it\\'s { name: \"dev\"', name: 'dev', region: 'us-east-1', alarmEmails: [] }] })",
      "defineConfig({ stages: [{ note: 'it\\'s { name: \"dev\"', name: 'dev', region: 'eu-central-1', alarmEmails: ['ops@example.com'] }] })",
    ],
    [
      'regular expressions with quotes and braces in them, and types',
      "const host = /['{\"]/u;\nexport default defineConfig({ stages: [{ name: 'dev' as const, region: 'us-east-1' as const, alarmEmails: [] }] satisfies Stage[] } as const)",
      "const host = /['{\"]/u;\nexport default defineConfig({ stages: [{ name: 'dev' as const, region: 'eu-central-1' as const, alarmEmails: ['ops@example.com'] }] satisfies Stage[] } as const)",
    ],
    [
      'alarmEmails of something else in the stage',
      "defineConfig({ stages: [{ name: 'dev', inner: { name: 'dev', region: 'x', alarmEmails: ['x'] }, region: 'us-east-1', alarmEmails: [] }] })",
      "defineConfig({ stages: [{ name: 'dev', inner: { name: 'dev', region: 'x', alarmEmails: ['x'] }, region: 'eu-central-1', alarmEmails: ['ops@example.com'] }] })",
    ],
    [
      'no alarmEmails yet, a line for each value',
      "defineConfig({\n  stages: [\n    {\n      name: 'dev',\n      region: 'us-east-1', // home\n      environments: [],\n    },\n  ],\n})",
      "defineConfig({\n  stages: [\n    {\n      name: 'dev',\n      region: 'eu-central-1', // home\n      alarmEmails: ['ops@example.com'],\n      environments: [],\n    },\n  ],\n})",
    ],
    [
      'no alarmEmails yet, and no comma after the region',
      "defineConfig({\n  stages: [\n    {\n      name: 'dev',\n      region: 'us-east-1'\n    }\n  ]\n})",
      "defineConfig({\n  stages: [\n    {\n      name: 'dev',\n      region: 'eu-central-1',\n      alarmEmails: ['ops@example.com'],\n    }\n  ]\n})",
    ],
    [
      'no alarmEmails yet, all in one line',
      "defineConfig({ stages: [{ name: 'dev', region: 'us-east-1' }] })",
      "defineConfig({ stages: [{ name: 'dev', region: 'eu-central-1', alarmEmails: ['ops@example.com'] }] })",
    ],
  ])('%s', (_, text, after) => {
    expect(edit(text, { stage: 'dev', ...BOTH })).toBe(after);
    expect(edit(text.replaceAll('\n', '\r\n'), { stage: 'dev', ...BOTH })).toBe(after.replaceAll('\n', '\r\n'));
  });

  test('only what is asked for', () => {
    expect(edit(TEMPLATE, { stage: 'dev' })).toBe(TEMPLATE);
    const text = "defineConfig({ stages: [{ name: 'dev', region: HOME, alarmEmails: [] }] })";
    expect(edit(text, { stage: 'dev', alarmEmails: ['a@example.com', 'b@example.com'] })).toBe(
      "defineConfig({ stages: [{ name: 'dev', region: HOME, alarmEmails: ['a@example.com', 'b@example.com'] }] })",
    );
  });

  test('whatever comments stand between the lines', () => {
    const comments = [
      "// it's one quote",
      '/* { [ ( */',
      "// region: 'us-east-1',",
      "/* },\n   { name: 'dev' */",
      '// `${',
      '',
      "/** alarmEmails: ['x'] */",
      '// */ /*',
    ];
    const lines = TEMPLATE.split('\n');
    const meant = edit(TEMPLATE, { stage: 'prod', ...BOTH }).split('\n');
    const inserted = fc.array(fc.tuple(fc.nat(lines.length), fc.constantFrom(...comments)), { maxLength: 12 });
    fc.assert(
      fc.property(inserted, (insertions) => {
        const withComments = (of: readonly string[]) =>
          insertions.reduce<readonly string[]>((text, [at, comment]) => text.toSpliced(at, 0, comment), of).join('\n');
        expect(edit(withComments(lines), { stage: 'prod', ...BOTH })).toBe(withComments(meant));
      }),
    );
  });
});

describe('what is no literal is refused, with what to write by hand', () => {
  test.each<[name: string, text: string, says: RegExp]>([
    ['no call', 'export default { stages: [] };', /^config\.ts:1: There is no defineConfig/],
    ['a call with a name', '\nexport default defineConfig(config);', /^config\.ts:2: There is no defineConfig/],
    ['stages made elsewhere', 'defineConfig({\n stages })', /stages is not a literal list/],
    ['stages computed', 'defineConfig({ stages: [a, b].map(toStage) })', /stages is not a literal list/],
    ['another stage', "defineConfig({ stages: [{ name: 'prod' }] })", /No stage here has the literal name 'dev'/],
    [
      'the name in pieces',
      "defineConfig({ stages: [{ name: 'd' + 'ev' }] })",
      /No stage here has the literal name 'dev'/,
    ],
    [
      'the same name twice',
      "defineConfig({ stages: [{ name: 'dev', region: 'a' },\n { name: 'dev', region: 'b' }] })",
      /^config\.ts:2: Two stages have the name 'dev'/,
    ],
    ['a region by name', "defineConfig({ stages: [{ name: 'dev', region: HOME }] })", /region is not a string literal/],
    ['no region', "defineConfig({ stages: [{ name: 'dev' }] })", /region is not a string literal/],
    [
      'a region in a template',
      "defineConfig({ stages: [{ name: 'dev', region: `us-east-1` }] })",
      /region is not a string literal/,
    ],
    [
      'addresses by name',
      "defineConfig({ stages: [{ name: 'dev', region: 'x', alarmEmails: [OPS] }] })",
      /alarmEmails is not a list of string literals/,
    ],
    [
      'addresses computed',
      "defineConfig({ stages: [{ name: 'dev', region: 'x', alarmEmails: [].concat(OPS) }] })",
      /alarmEmails is not a list of string literals/,
    ],
    [
      'a comment among the addresses',
      "defineConfig({ stages: [{ name: 'dev', region: 'x', alarmEmails: ['a@example.com' /* Ann */] }] })",
      /alarmEmails contains a comment/,
    ],
    [
      'a string without an end',
      "defineConfig({ name: 'dev\n })",
      /^config\.ts:1: This is not valid TypeScript: Unterminated string/,
    ],
    [
      'a comment without an end',
      '\ndefineConfig({ /* })',
      /^config\.ts:2: This is not valid TypeScript: Unterminated comment/,
    ],
    [
      'a template without an end',
      'defineConfig({ name: `dev })',
      /^config\.ts:1: This is not valid TypeScript: Unterminated template/,
    ],
    [
      'an object without an end',
      "defineConfig({\n stages: [{ name: 'prod'",
      /^config\.ts:2: This is not valid TypeScript/,
    ],
    ['nothing', '', /^config\.ts:1: There is no defineConfig/],
  ])('%s', (_, text, says) => {
    const refused = () => edit(text, { stage: 'dev', ...BOTH });
    expect(refused).toThrow(says);
    expect(refused).toThrow(
      "Write it yourself, in stage 'dev':\n  region: 'eu-central-1',\n  alarmEmails: ['ops@example.com'],",
    );
  });

  test('no text, however odd, ends in another error', () => {
    const piece = fc.constantFrom(
      "'",
      '"',
      '`',
      '${',
      '{',
      '}',
      '[',
      ']',
      '(',
      ')',
      ',',
      ':',
      '/',
      '*',
      '\\',
      '\n',
      'defineConfig(',
      'stages',
      'name',
      "'dev'",
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        try {
          edit(pieces.join(''), { stage: 'dev', ...BOTH });
        } catch (error) {
          expect(error).toHaveProperty('name', 'ConfigEditError');
        }
      }),
    );
  });
});
