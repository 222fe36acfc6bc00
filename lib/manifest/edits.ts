import { isDeepStrictEqual } from 'node:util';
import { isAlias } from 'yaml';
import { type ManifestDocument, parseManifest, type YamlValue } from './document';
import { ManifestError, type Problem } from './problems';
import { applySplices, isOneLine, quotedLike, rangeOf, type Splice } from './splices';
import {
  declarations,
  hasVariable,
  ManifestVariables,
  namesIn,
  type VariableDeclaration,
  valueOfVariable,
  variableReference,
} from './variables';

/** The index after a list's last item. */
export const AT_END = -1;

/** The path of a value in a manifest: keys of maps, and indexes of lists from 0. */
export type ValuePath = readonly (string | number)[];

/** One change to a manifest: the change of its text, and the value that results. */
export interface Edit {
  readonly path: ValuePath;
  /** The value at {@link path} afterwards; `undefined` if it is removed. */
  readonly value: unknown;
  /** The change of the text, or why it isn't possible. It gets the manifest with all earlier edits applied. */
  readonly splices: (manifest: ManifestDocument) => readonly Splice[] | Problem;
}

/**
 * Applies `edits` in their order. Without edits it returns the same manifest.
 *
 * The text is parsed again after each edit, as Forge will do. If the result isn't exactly the expected content, the
 * edits are refused.
 *
 * @param conflict the problem to report if something else would change
 * @throws {ManifestError} when an edit isn't possible, or something else would change
 */
export function applyEdits(manifest: ManifestDocument, edits: readonly Edit[], conflict: Problem): ManifestDocument {
  const { file } = manifest;
  const expected = plain(manifest.content);
  let edited = manifest;
  for (const { path, value, splices } of edits) {
    const found = splices(edited);
    if ('fix' in found) throw new ManifestError(file, [found]);
    const next = parseIfValid(applySplices(edited.text, found), file);
    if (next === undefined) throw new ManifestError(file, [conflict]);
    setAt(expected, path, plain(value));
    edited = next;
  }
  if (isDeepStrictEqual(plain(edited.content), expected)) return edited;
  throw new ManifestError(file, [conflict]);
}

function parseIfValid(text: string, file: string): ManifestDocument | undefined {
  try {
    return parseManifest(text, file);
  } catch (error) {
    if (error instanceof ManifestError) return undefined;
    throw error;
  }
}

/** A deep copy: two aliases of one value become two values. */
const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

function setAt(root: unknown, path: ValuePath, value: unknown): void {
  const last = path.at(-1);
  const container = path.slice(0, -1).reduce<unknown>((at, key) => (isContainer(at) ? at[key] : undefined), root);
  if (last === undefined || !isContainer(container)) return;
  if (Array.isArray(container) && last === AT_END) container.push(value);
  else if (value === undefined) delete container[last];
  else container[last] = value;
}

const isContainer = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === 'object' && value !== null;

/** Ends the advice in an error. */
export const AGAIN = 'then run the command again.';

/** Replaces the scalar `value`, called `name` in errors, by `wanted`; or says why that isn't possible. */
function spliceScalar(name: string, value: YamlValue, wanted: string): readonly Splice[] | Problem {
  const { node, line } = value;
  if (!value.exists) return { line, what: `${name} is missing`, fix: `Write ${wanted} here, ${AGAIN}` };
  if (isAlias(node)) return { line, what: `${name} is an alias`, fix: `Write the value itself here, ${AGAIN}` };
  if (!isOneLine(node)) {
    return { line, what: `${name} is not written as one line`, fix: `Write it on the line of its key, ${AGAIN}` };
  }
  const [start, end] = rangeOf(node);
  return [{ start, end, insert: quotedLike(node, wanted) }];
}

/** Replaces the scalar at `path`, called `name` in errors, by `wanted`, and keeps its line and its quotes. */
export const setScalar = (name: string, path: ValuePath, wanted: string): Edit => ({
  path,
  value: wanted,
  splices: ({ root }) => spliceScalar(name, valueAt(root, path), wanted),
});

/**
 * The edits that set the scalar `value` at `path` to `wanted`. If it is written with a manifest variable, they change
 * the variable's default. A variable without a default isn't changed: its value comes from the environment.
 *
 * @param name of the value, in errors
 */
export function setValue(
  manifest: ManifestDocument,
  name: string,
  path: ValuePath,
  value: YamlValue,
  wanted: string,
): readonly Edit[] | Problem {
  const written = value.text;
  if (written === undefined || !hasVariable(written)) {
    if (written === wanted) return [];
    return [setScalar(name, path, wanted)];
  }
  return setVariable(manifest, name, value, written, wanted);
}

function setVariable(
  { root }: ManifestDocument,
  name: string,
  value: YamlValue,
  written: string,
  wanted: string,
): readonly Edit[] | Problem {
  const { line } = value;
  const declared = declarations(root);
  const undeclared = namesIn(written).find((used) => !declared.some((variable) => variable.name === used));
  if (undeclared !== undefined) {
    return {
      line,
      what: `${name} uses ${variableReference(undeclared)}, which is not declared, so Forge would use the text as it is`,
      fix: `Add ${undeclared} to environment.variables ("- key: ${undeclared}", and a line "default: ${valueOfVariable(written, wanted) ?? wanted}"), or write the value itself.`,
    };
  }
  const used = declared.filter((variable) => namesIn(written).includes(variable.name));
  if (used.every((variable) => !variable.default.exists)) return [];
  const byDefault = new ManifestVariables(root);
  if (byDefault.canFillIn(written) && byDefault.fillIn(written) === wanted) return [];
  const needed = valueOfVariable(written, wanted);
  const [variable] = used;
  if (needed === undefined || variable === undefined) {
    return {
      line,
      what: `${name} is ${value.shown}, and no single variable can make it ${wanted}`,
      fix: `Use one variable for the whole value, such as ${variableReference('REMOTE_BASE_URL')}, or write the value itself.`,
    };
  }
  return setDefault(variable, needed);
}

/** The edits that set a variable's default to `wanted`; none if it has no default. */
export function setDefault(variable: VariableDeclaration, wanted: string): readonly Edit[] {
  if (!variable.default.exists || variable.default.text === wanted) return [];
  const path = ['environment', 'variables', variable.index, 'default'];
  const name = `The default of ${variable.name}`;
  return [setScalar(name, path, wanted)];
}

export const valueAt = (root: YamlValue, path: ValuePath): YamlValue =>
  path.reduce<YamlValue>(
    (at, key) => (typeof key === 'string' ? at.get(key) : (at.items()[key] ?? at.get(String(key)))),
    root,
  );
