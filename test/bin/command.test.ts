import { PROCESS_IO, printable } from '../../bin/command';

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

test('so it is in whatever a command says; lines and colours stay', () => {
  const written: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  try {
    PROCESS_IO.out('one\ntwo \u001b[31mred\u001b[39m \u001b[2J\u202e \u001b]0;title\u0007');
  } finally {
    write.mockRestore();
  }
  expect(written).toEqual(['one\ntwo \u001b[31mred\u001b[39m \\u{1b}[2J\\u{202e} \\u{1b}]0;title\\u{7}\n']);
});
