import { readFileSync } from 'node:fs';
import { optionsOf, REFERENCE_FILE, referenceText } from '../reference';

test('docs/reference.md is what lib/config/ says: npm run reference', () => {
  expect(readFileSync(REFERENCE_FILE, 'utf8')).toBe(referenceText());
});

const options = optionsOf();

test.each(options.map((option) => [option.path, option] as const))(
  '%s: its comment has the default of its check',
  (_, option) => {
    const { comment, filledIn } = option;
    if (filledIn !== undefined) expect(comment.default).toBe(JSON.stringify(filledIn).replaceAll('"', "'"));
    else expect(comment.default ?? '- required').toMatch(/^- /);
    expect(comment.text).not.toBe('');
    expect(option.allowed).not.toEqual([]);
  },
);
