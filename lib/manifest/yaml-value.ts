import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';

/**
 * A value in manifest.yml, or the place where one is missing. Either way it has the line to name in an error, so checks
 * can ask for `endpoint.get('route').get('path')` without asking first whether there is a route.
 */
export class YamlValue {
  /** Line of the value's key, or of the list item; of the nearest thing around it when the value is missing. From 1. */
  readonly line: number;
  /** The node as it stands in the file: an alias is not followed. */
  readonly node: Node | undefined;
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #target: Node | undefined;

  constructor(document: Document, lines: LineCounter, node: Node | undefined, line: number) {
    this.#document = document;
    this.#lines = lines;
    this.node = node;
    this.line = line;
    this.#target = isAlias(node) ? node.resolve(document) : node;
  }

  /** Whether the file has this value, and it is not null. */
  get exists(): boolean {
    return this.#target !== undefined && !(isScalar(this.#target) && this.#target.value === null);
  }

  get isMap(): boolean {
    return isMap(this.#target);
  }

  get isList(): boolean {
    return isSeq(this.#target);
  }

  /** The string, number or boolean; `undefined` for anything else. */
  get scalar(): unknown {
    return isScalar(this.#target) ? this.#target.value : undefined;
  }

  /** The string; `undefined` for anything else. */
  get text(): string | undefined {
    return typeof this.scalar === 'string' ? this.scalar : undefined;
  }

  /** How an error shows the value. */
  get shown(): string {
    if (this.isMap) return 'a map';
    if (this.isList) return 'a list';
    return this.exists ? JSON.stringify(this.scalar) : 'missing';
  }

  /** The value at `key` of a map; a missing value for anything else. */
  get(key: string): YamlValue {
    return this.entries().find(([name]) => name === key)?.[1] ?? this.#at(undefined, this.line);
  }

  /** Keys and values of a map; none for anything else. */
  entries(): [key: string, value: YamlValue][] {
    if (!isMap(this.#target)) return [];
    return this.#target.items.map(({ key, value }) => [
      isScalar(key) ? String(key.value) : '',
      this.#at(value as Node | null, this.#lineOf(key)),
    ]);
  }

  /** The keys of a map, in order. */
  keys(): string[] {
    return this.entries().map(([key]) => key);
  }

  /** Items of a list; none for anything else. */
  items(): YamlValue[] {
    if (!isSeq(this.#target)) return [];
    return this.#target.items.map((item) => this.#at(item as Node | null, this.#lineOf(item)));
  }

  #at(node: Node | null | undefined, line: number): YamlValue {
    return new YamlValue(this.#document, this.#lines, node ?? undefined, line);
  }

  #lineOf(node: unknown): number {
    const start = (node as Node | null)?.range?.[0];
    return start === undefined ? this.line : this.#lines.linePos(start).line;
  }
}
