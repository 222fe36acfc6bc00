/** A piece of TypeScript source that is neither white space nor a comment. */
export interface Token {
  /** `template` is a whole template literal, `word` a name or a number, `mark` one character of anything else. */
  readonly kind: 'string' | 'template' | 'word' | 'mark';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The source can't be cut into tokens: a string or a comment in it has no end. */
export class UnreadableSource extends Error {
  override readonly name = 'UnreadableSource';

  constructor(
    readonly offset: number,
    what: string,
  ) {
    super(what);
  }
}

const SPACE = /\s+/y;
const LINE_COMMENT = /\/\/[^\n]*/y;
const BLOCK_COMMENT = /\/\*[\s\S]*?\*\//y;
const STRING = /'(?:[^'\\\r\n]|\\[\s\S])*'|"(?:[^"\\\r\n]|\\[\s\S])*"/y;
const WORD = /[\p{ID_Start}\p{Nd}$_][\p{ID_Continue}$]*/uy;

/**
 * The tokens of `source`, as far as a configuration needs them: strings and comments are told apart from what looks like
 * them. A regular expression is not known as one; with a quote in it, what follows is read wrongly, or refused.
 *
 * @throws {UnreadableSource}
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const token = readToken(source, at);
    at = token.end;
    if (token.kind !== 'nothing') tokens.push({ ...token, kind: token.kind, text: source.slice(token.start, at) });
  }
  return tokens;
}

interface Piece {
  readonly kind: Token['kind'] | 'nothing';
  readonly start: number;
  readonly end: number;
}

function readToken(source: string, start: number): Piece {
  const skipped =
    endOf(SPACE, source, start) ?? endOf(LINE_COMMENT, source, start) ?? endOf(BLOCK_COMMENT, source, start);
  if (skipped !== undefined) return { kind: 'nothing', start, end: skipped };
  if (source.startsWith('/*', start)) throw new UnreadableSource(start, 'A comment has no end');
  const character = source[start];
  if (character === "'" || character === '"') {
    const end = endOf(STRING, source, start);
    if (end === undefined) throw new UnreadableSource(start, 'A string has no end on its line');
    return { kind: 'string', start, end };
  }
  if (character === '`') return { kind: 'template', start, end: endOfTemplate(source, start) };
  const word = endOf(WORD, source, start);
  return word === undefined ? { kind: 'mark', start, end: start + 1 } : { kind: 'word', start, end: word };
}

function endOf(pattern: RegExp, source: string, start: number): number | undefined {
  pattern.lastIndex = start;
  return pattern.test(source) ? pattern.lastIndex : undefined;
}

function endOfTemplate(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length) {
    if (source[at] === '`') return at + 1;
    if (source[at] === '\\') at += 2;
    else if (source.startsWith('${', at)) at = endOfBraces(source, at + 2);
    else at += 1;
  }
  throw new UnreadableSource(start, 'A template literal has no end');
}

/** Where the expression of a template literal ends, its closing brace included. */
function endOfBraces(source: string, start: number): number {
  let depth = 1;
  let at = start;
  while (at < source.length && depth > 0) {
    const { kind, end } = readToken(source, at);
    if (kind === 'mark' && source[at] === '{') depth += 1;
    if (kind === 'mark' && source[at] === '}') depth -= 1;
    at = end;
  }
  return at;
}
