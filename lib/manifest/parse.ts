import { type Document, isMap, LineCounter, parseDocument, visit } from 'yaml';
import { ManifestError, type Problem } from './error';
import { YamlValue } from './yaml-value';

/** manifest.yml as YAML, before anything is known about what it says. */
export interface ParsedManifest {
  readonly root: YamlValue;
  /** The same as plain values. */
  readonly content: Readonly<Record<string, unknown>>;
}

/**
 * Parses `text` as one YAML document that is a map.
 *
 * @throws {ManifestError} for anything else: a syntax error, a key that appears twice, an empty file, several documents,
 * a list, an alias with no anchor
 */
export function parseManifest(text: string, file: string): ParsedManifest {
  const lines = new LineCounter();
  const lineAt = (offset: number) => lines.linePos(Math.min(offset, text.length)).line;
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });

  const syntaxErrors = document.errors.map(({ code, message, pos }): Problem => {
    const line = lineAt(pos[0]);
    if (code === 'MULTIPLE_DOCS') {
      return { line, what: 'A second YAML document starts here', fix: 'Keep one: Forge reads only one.' };
    }
    if (code === 'DUPLICATE_KEY') {
      return { line, what: 'This key is in the map twice', fix: 'Keep one of the two.' };
    }
    return { line, what: `Not valid YAML: ${message}`, fix: 'Correct the line, or the one before it.' };
  });
  if (syntaxErrors.length > 0) throw new ManifestError(file, syntaxErrors);

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
  refuseBrokenAliases(document, file, lineAt);
  return {
    root: new YamlValue(document, lines, document.contents, 1),
    content: plainValues(document, file),
  };
}

function refuseBrokenAliases(document: Document, file: string, lineAt: (offset: number) => number): void {
  const broken: Problem[] = [];
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return;
      broken.push({
        line: lineAt(alias.range?.[0] ?? 0),
        what: `The alias *${alias.source} has no anchor before it`,
        fix: `Put &${alias.source} before the value that is meant, or write the value here.`,
      });
    },
  });
  if (broken.length > 0) throw new ManifestError(file, broken);
}

function plainValues(document: Document, file: string): Record<string, unknown> {
  try {
    const content = document.toJS();
    // Fails for a value that contains itself, which nobody reading the manifest from top to bottom would get out of.
    JSON.stringify(content);
    return content;
  } catch {
    throw new ManifestError(file, [
      {
        line: 1,
        what: 'The aliases in this file contain themselves, or multiply beyond measure',
        fix: 'Write the values out where they are used.',
      },
    ]);
  }
}
