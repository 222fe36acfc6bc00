import { lineDiff } from '../../../../bin/setup/editing/line-diff';

test.each([
  ['nothing', 'a\nb\n', 'a\nb\n', ''],
  ['a line', 'a\nb\nc\n', 'a\nB\nc\n', 'f\n  2 - b\n  2 + B'],
  ['a line that comes', 'a\nc\n', 'a\nb\nc\n', 'f\n  2 + b'],
  ['a line that goes', 'a\nb\nc\n', 'a\nc\n', 'f\n  2 - b'],
  ['CRLF, without its signs', 'a\r\nb\r\n', 'a\r\nB\r\n', 'f\n  2 - b\n  2 + B'],
  ['the first of a file', '', 'a\n', 'f\n  1 + a'],
  [
    'wide numbers',
    `${'x\n'.repeat(98)}a\nb\n`,
    `${'x\n'.repeat(98)}A\nB\n`,
    'f\n   99 - a\n  100 - b\n   99 + A\n  100 + B',
  ],
])('%s', (_, before, after, says) => {
  expect(lineDiff('f', before, after)).toBe(says);
});
