/** Columns that every terminal has. */
const WIDTH = 80;

/** `text` in lines that fit a terminal, each starting with `indent`. Line breaks in it stay. */
export function wrap(text: string, indent = ''): string {
  return text
    .split('\n')
    .map((paragraph) => wrapParagraph(paragraph, indent))
    .join('\n');
}

function wrapParagraph(paragraph: string, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > WIDTH) {
      lines.push(indent + line);
      line = word;
    } else line += line === '' ? word : ` ${word}`;
  }
  return [...lines, indent + line].join('\n');
}
