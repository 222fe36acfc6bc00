import { printable } from '../../bin/command';

test.each([
  ['plain text, with ümlauts and 日本語', 'plain text, with ümlauts and 日本語'],
  ['\u001b[2Jcleared', '\\u{1b}[2Jcleared'],
  ['one\nline', 'one\\u{a}line'],
  ['\u009b31m', '\\u{9b}31m'],
  ['right \u202eot tfel', 'right \\u{202e}ot tfel'],
  ['isolated \u2067x\u2069', 'isolated \\u{2067}x\\u{2069}'],
  ['a\u2028b\u2029c', 'a\\u{2028}b\\u{2029}c'],
  ['half \ud800', 'half \\u{d800}'],
])('what would act on a terminal is made visible: %j', (text, shown) => {
  expect(printable(text)).toBe(shown);
});
