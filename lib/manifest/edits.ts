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

/** Place in a list after the last one. */
export const AT_END = -1;

/** Where a value is in a manifest: keys of maps, and places in lists from 0. */
export type ValuePath = readonly (string | number)[];

/** One change to a manifest: how to make it in the text, and what it means. */
export interface Edit {
  readonly path: ValuePath;
  /** What is at {@link path} afterwards; `undefined`: nothing. */
  readonly value: unknown;
  /** The change of the text, or why it can't be made. It gets the manifest as the edits before have left it. */
  readonly splices: (manifest: ManifestDocument) => readonly Splice[] | Problem;
}

/**
 * The manifest after all `edits`, in their order; with none, the one that was given.
 *
 * The text is parsed again after each edit, as Forge will. If it doesn't say exactly what was meant, or something else
 * has changed, the edits are refused.
 *
 * @param elsewhere the problem to report when something else would change
 * @throws {ManifestError} when an edit can't be made, or something else would change
 */
export function applyEdits(manifest: ManifestDocument, edits: readonly Edit[], elsewhere: Problem): ManifestDocument {
  const { file } = manifest;
  const meant = plain(manifest.content);
  let edited = manifest;
  for (const { path, value, splices } of edits) {
    const found = splices(edited);
    if ('fix' in found) throw new ManifestError(file, [found]);
    const next = parseIfValid(applySplices(edited.text, found), file);
    if (next === undefined) throw new ManifestError(file, [elsewhere]);
    setAt(meant, path, plain(value));
    edited = next;
  }
  if (isDeepStrictEqual(plain(edited.content), meant)) return edited;
  throw new ManifestError(file, [elsewhere]);
}

function parseIfValid(text: string, file: string): ManifestDocument | undefined {
  try {
    return parseManifest(text, file);
  } catch (error) {
    if (error instanceof ManifestError) return undefined;
    throw error;
  }
}

/** A copy that shares nothing: two aliases of one value become two values. */
const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

function setAt(root: unknown, path: ValuePath, value: unknown): void {
  const last = path.at(-1);
  const holder = path.slice(0, -1).reduce<unknown>((at, key) => (isHolder(at) ? at[key] : undefined), root);
  if (last === undefined || !isHolder(holder)) return;
  if (Array.isArray(holder) && last === AT_END) holder.push(value);
  else if (value === undefined) delete holder[last];
  else holder[last] = value;
}

const isHolder = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === 'object' && value !== null;

/** Ends the advice of a refusal. */
export const AGAIN = 'then run the command again.';

/** How to write `wanted` in place of the scalar `value`, called `name` in errors, or why that can't be done. */
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

/** Writes `wanted` in place of the scalar at `path`, called `name` in errors: on its line, in its quotes. */
export const setScalar = (name: string, path: ValuePath, wanted: string): Edit => ({
  path,
  value: wanted,
  splices: ({ root }) => spliceScalar(name, valueAt(root, path), wanted),
});

/**
 * The edits that set the scalar `value` at `path` to `wanted`. If it is written with a manifest variable, the default of
 * the variable is changed. A variable with no default stays as it is: its value comes from the environment.
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
      what: `${name} uses ${variableReference(undeclared)}, which is not declared, so Forge would take it literally`,
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
      what: `${name} is ${value.shown}, and no value of one variable makes that ${wanted}`,
      fix: `Use one variable for all that changes, such as ${variableReference('REMOTE_BASE_URL')}, or write the value itself.`,
    };
  }
  return setDefault(variable, needed);
}

/** The edits that set the default of a variable to `wanted`; none for a variable without a default. */
export function setDefault(variable: VariableDeclaration, wanted: string): readonly Edit[] {
  if (!variable.default.exists || variable.default.text === wanted) return [];
  const path = ['environment', 'variables', variable.index, 'default'];
  const name = `The default of ${variable.name}`;
  return [setScalar(name, path, wanted)];
}

/** The value at `path`. */
export const valueAt = (root: YamlValue, path: ValuePath): YamlValue =>
  path.reduce<YamlValue>(
    (at, key) => (typeof key === 'string' ? at.get(key) : (at.items()[key] ?? at.get(String(key)))),
    root,
  );
