import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { ManifestError, type Problem } from './problems';

/**
 * The parsed text of manifest.yml. Nothing is known yet about its meaning. A command parses the text once, and passes
 * this on.
 */
export interface ManifestDocument {
  /** The file's name, for errors. */
  readonly file: string;
  readonly text: string;
  readonly root: YamlValue;
  /** The content as plain values. */
  readonly content: Readonly<Record<string, unknown>>;
}

/**
 * Maximum of aliases in a manifest. Each one searches the whole file: thousands of them would take seconds.
 */
export const MAX_ALIASES = 100;

/** Maximum of characters that all aliases together stand for: many times a whole manifest. */
const MAX_ALIASED_CHARACTERS = 200_000;

/**
 * Parses `text` as one YAML document that is a map.
 *
 * @throws {ManifestError} for anything else: a syntax error, a duplicate key, an empty file, several documents, a list,
 * an alias without an anchor
 */
export function parseManifest(text: string, file: string): ManifestDocument {
  const lines = new LineCounter();
  const lineAt = (offset: number) => lines.linePos(Math.min(offset, text.length)).line;
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });

  const [first] = document.errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  // Only the first error: the others often follow from it.
  if (first !== undefined) throw new ManifestError(file, [syntaxProblem(first, lineAt(startOfError(document, first)))]);

  if (!isMap(document.contents)) {
    const empty = document.contents === null || text.trim() === '';
    throw new ManifestError(file, [
      {
        line: 1,
        what: empty ? 'The file is empty' : 'The file is not a map',
        fix: 'A Forge manifest has the keys app, modules, permissions and remotes.',
      },
    ]);
  }
  refuseManyAliases(document, file, lineAt);
  refuseBrokenAliases(document, file, lineAt);
  refuseLargeAliases(document, file, lineAt);
  return {
    file,
    text,
    root: new YamlValue(document, lines, document.contents, 1),
    content: plainValues(document, file),
  };
}

function syntaxProblem({ code, message }: YAMLError, line: number): Problem {
  if (code === 'MULTIPLE_DOCS') {
    return { line, what: 'A second YAML document starts here', fix: 'Keep one: Forge reads only one.' };
  }
  if (code === 'DUPLICATE_KEY') return { line, what: 'This key is in the map twice', fix: 'Keep one of the two.' };
  return { line, what: `Not valid YAML: ${message}`, fix: 'Correct the line, or the one before it.' };
}

/** Offset of the mistake. For an unclosed quote or bracket, the parser reports the end of the file. */
function startOfError(document: Document, { message, pos: [found] }: YAMLError): number {
  if (!/closing|end with/.test(message)) return found;
  let opened = found;
  visit(document, {
    Node: (_, node) => {
      const [start = 0, end = 0] = node.range ?? [];
      const isOpen = (isScalar(node) && node.type?.startsWith('QUOTE')) || (isCollection(node) && node.flow === true);
      // The innermost node is visited last.
      if (isOpen && start < found && end >= found - 1) opened = start;
    },
  });
  return opened;
}

/** @throws {ManifestError} */
export function refuseManyAliases(document: Document, file: string, lineAt: (offset: number) => number): void {
  const offsets: number[] = [];
  visit(document, {
    Alias: (_, alias) => {
      offsets.push(alias.range?.[0] ?? 0);
    },
  });
  const firstExcess = offsets[MAX_ALIASES];
  if (firstExcess === undefined) return;
  throw new ManifestError(file, [
    {
      line: lineAt(firstExcess),
      what: `This file has ${offsets.length} aliases`,
      fix: `At most ${MAX_ALIASES} are allowed. Write the values where they are used.`,
    },
  ]);
}

/** @throws {ManifestError} */
function refuseLargeAliases(document: Document, file: string, lineAt: (offset: number) => number): void {
  let characters = 0;
  visit(document, {
    Alias: (_, alias) => {
      const [start = 0, , end = 0] = alias.resolve(document)?.range ?? [];
      characters += end - start;
      if (characters <= MAX_ALIASED_CHARACTERS) return;
      throw new ManifestError(file, [
        {
          line: lineAt(alias.range?.[0] ?? 0),
          what: `The aliases up to *${alias.source} stand for ${characters} characters`,
          fix: `At most ${MAX_ALIASED_CHARACTERS} are allowed. Give smaller values an anchor.`,
        },
      ]);
    },
  });
}

function refuseBrokenAliases(document: Document, file: string, lineAt: (offset: number) => number): void {
  const broken: Problem[] = [];
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return;
      broken.push({
        line: lineAt(alias.range?.[0] ?? 0),
        what: `The alias *${alias.source} has no anchor before it`,
        fix: `Put &${alias.source} before the value, or write the value here.`,
      });
    },
  });
  if (broken.length > 0) throw new ManifestError(file, broken);
}

function plainValues(document: Document, file: string): Record<string, unknown> {
  try {
    const content = document.toJS();
    // Fails for a value that contains itself: walking the manifest would never end.
    JSON.stringify(content);
    return content;
  } catch {
    throw new ManifestError(file, [
      {
        line: 1,
        what: 'An alias in this file contains itself, or aliases multiply without limit',
        fix: 'Write the values where they are used.',
      },
    ]);
  }
}

/**
 * A value in manifest.yml, or the place where it is missing. Both have a line for errors, so checks can ask for
 * `endpoint.get('route').get('path')` without checking first that there is a route.
 */
export class YamlValue {
  /** Line of the value's key or of the list item. For a missing value, the line of what contains it. From 1. */
  readonly line: number;
  /** The node in the file. Aliases are not resolved. */
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

  /** Whether the value exists and is not null. */
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

  /** The value as errors show it. */
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
