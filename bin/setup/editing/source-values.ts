import type { Token } from './source-tokens';

interface Range {
  readonly start: number;
  readonly end: number;
}

/** `'eu-central-1'`, or in double quotes. */
export interface SourceString extends Range {
  readonly kind: 'string';
  /** What is between the quotes, with no escape resolved. */
  readonly inside: string;
  readonly quote: string;
}

/** `[…]` */
export interface SourceList extends Range {
  readonly kind: 'list';
  readonly items: readonly SourceValue[];
}

/** `{…}` */
export interface SourceObject extends Range {
  readonly kind: 'object';
  /** What is written as `key: value`; anything else, such as `...others`, is left out. */
  readonly properties: readonly SourceProperty[];
}

export interface SourceProperty {
  readonly key: string;
  /** Where the key starts. */
  readonly start: number;
  readonly value: SourceValue;
}

/** A value as it is written in source. `other` is anything that has to be computed: a name, a call, a sum. */
export type SourceValue = SourceString | SourceList | SourceObject | ({ readonly kind: 'other' } & Range);

const OPENING = ['{', '[', '('];
const CLOSING = ['}', ']', ')'];
const TYPE_OPERATORS = ['as', 'satisfies'];

/** Reads the value that starts with the token number `from`. It ends before a comma, or what closes around it. */
export function readValue(tokens: readonly Token[], from: number): SourceValue {
  const reader = new ValueReader(tokens, from);
  return reader.value();
}

class ValueReader {
  constructor(
    private readonly tokens: readonly Token[],
    private at: number,
  ) {}

  value(): SourceValue {
    const first = this.at;
    const value = this.literal();
    if (value !== undefined && this.isFollowedByType()) this.skip();
    if (value !== undefined && this.atEnd()) return value;
    this.at = first;
    return this.skip();
  }

  private literal(): SourceValue | undefined {
    const token = this.tokens[this.at];
    if (token?.kind === 'string') {
      this.at += 1;
      const { start, end, text } = token;
      return { kind: 'string', start, end, inside: text.slice(1, -1), quote: text.slice(0, 1) };
    }
    if (this.isMark('[')) return this.list();
    return this.isMark('{') ? this.object() : undefined;
  }

  private list(): SourceList {
    const start = this.advance();
    const items: SourceValue[] = [];
    while (!this.isOver()) {
      if (this.isMark(',')) this.advance();
      else items.push(this.value());
    }
    return { kind: 'list', start, end: this.close(), items };
  }

  private object(): SourceObject {
    const start = this.advance();
    const properties: SourceProperty[] = [];
    while (!this.isOver()) {
      if (this.isMark(',')) {
        this.advance();
        continue;
      }
      const name = this.tokens[this.at];
      if ((name?.kind === 'word' || name?.kind === 'string') && this.isMark(':', this.at + 1)) {
        this.at += 2;
        const key = name.kind === 'string' ? name.text.slice(1, -1) : name.text;
        properties.push({ key, start: name.start, value: this.value() });
      } else this.skip();
    }
    return { kind: 'object', start, end: this.close(), properties };
  }

  /** Goes past whatever stands here, to the next comma or the end of what is around it. */
  private skip(): SourceValue {
    const start = this.tokens[this.at]?.start ?? 0;
    let end = start;
    let depth = 0;
    while (this.at < this.tokens.length && !(depth === 0 && this.atEnd())) {
      if (OPENING.some((mark) => this.isMark(mark))) depth += 1;
      if (CLOSING.some((mark) => this.isMark(mark))) depth -= 1;
      end = this.tokens[this.at]?.end ?? end;
      this.at += 1;
    }
    return { kind: 'other', start, end };
  }

  /** `as const`, `satisfies ConfigInput`: they say nothing of the value. */
  private isFollowedByType(): boolean {
    const token = this.tokens[this.at];
    return token?.kind === 'word' && TYPE_OPERATORS.includes(token.text);
  }

  private atEnd(): boolean {
    return this.isMark(',') || this.isOver();
  }

  private isOver(): boolean {
    return this.at >= this.tokens.length || CLOSING.some((mark) => this.isMark(mark));
  }

  private advance(): number {
    const { start } = this.tokens[this.at] ?? { start: 0 };
    this.at += 1;
    return start;
  }

  private close(): number {
    const end = this.tokens[this.at]?.end ?? this.tokens.at(-1)?.end ?? 0;
    this.at += 1;
    return end;
  }

  private isMark(text: string, at = this.at): boolean {
    const token = this.tokens[at];
    return token?.kind === 'mark' && token.text === text;
  }
}
