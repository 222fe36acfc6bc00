import { PassThrough } from 'node:stream';
import { createPrompt } from '../../../bin/setup/conversation';

function open(isTerminal: boolean) {
  const input = new PassThrough();
  const output = new PassThrough();
  const prompt = createPrompt(input, output, isTerminal);
  return { input, prompt, shown: () => String(output.read() ?? '') };
}

test('lines that come faster than the questions are not lost', async () => {
  const { input, prompt, shown } = open(false);
  input.write(' one \ntwo\r\n');
  expect(await prompt.ask('First: ')).toBe('one');
  expect(await prompt.ask('Second: ')).toBe('two');
  expect(shown()).toBe('First: \nSecond: \n');
  prompt.close();
});

test('what a question quotes of manifest.yml does not act on the terminal', async () => {
  const { input, prompt, shown } = open(false);
  input.write('one\n');
  await prompt.ask('Key [a\u001b[2J\u202eb]: ');
  expect(shown()).toBe('Key [a\\u{1b}[2J\\u{202e}b]: \n');
  prompt.close();
});

test('answers that came before the input ended are all taken, and every question is shown', async () => {
  const { input, prompt, shown } = open(false);
  input.end('one\ntwo\n');
  expect(await prompt.ask('First: ')).toBe('one');
  await new Promise((resolve) => setImmediate(resolve));
  expect(await prompt.ask('Second: ')).toBe('two');
  expect(shown()).toBe('First: \nSecond: \n');
});

test.each([[true], [false]])('the end of the input is no answer (terminal: %s)', async (isTerminal) => {
  const { input, prompt } = open(isTerminal);
  const answer = prompt.ask('First: ');
  input.end();
  await expect(answer).rejects.toMatchObject({ name: 'NoAnswer', reason: 'ended' });
  await expect(prompt.ask('Second: ')).rejects.toMatchObject({ name: 'NoAnswer', reason: 'ended' });
});

test.each([
  ['Ctrl-C', '\x03', 'interrupted'],
  ['Ctrl-C after some letters', 'abc\x03', 'interrupted'],
  ['Ctrl-D', '\x04', 'ended'],
])('%s in a terminal', async (_, keys, reason) => {
  const { input, prompt } = open(true);
  const answer = prompt.ask('First: ');
  input.write(keys);
  await expect(answer).rejects.toMatchObject({ name: 'NoAnswer', reason });
  prompt.close();
});

test('listens for SIGINT only while it is open', () => {
  const before = process.listenerCount('SIGINT');
  const { prompt } = open(false);
  expect(process.listenerCount('SIGINT')).toBe(before + 1);
  prompt.close();
  expect(process.listenerCount('SIGINT')).toBe(before);
});
