import type { Edit, ValuePath } from './apply-edits';
import type { Problem } from './error';
import type { ParsedManifest } from './parse';
import { spliceScalar } from './splice-scalar';
import {
  declarations,
  hasVariable,
  ManifestVariables,
  namesIn,
  type VariableDeclaration,
  valueOfVariable,
  variableReference,
} from './variables';
import type { YamlValue } from './yaml-value';

/**
 * How to have the scalar `value` at `path` be `wanted`. Where it is written with a manifest variable, the default of the
 * variable is changed; a variable with no default is left alone, since its value comes from the environment.
 *
 * @param name of the value, in errors
 */
export function setValue(
  manifest: ParsedManifest,
  name: string,
  path: ValuePath,
  value: YamlValue,
  wanted: string,
): readonly Edit[] | Problem {
  const written = value.text;
  if (written === undefined || !hasVariable(written)) {
    if (written === wanted) return [];
    return [{ path, value: wanted, splices: ({ root }) => spliceScalar(name, valueAt(root, path), wanted) }];
  }
  return setVariable(manifest, name, value, written, wanted);
}

function setVariable(
  { root }: ParsedManifest,
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

/** How to have the default of a variable be `wanted`. A variable without one is left alone. */
export function setDefault(variable: VariableDeclaration, wanted: string): readonly Edit[] {
  if (!variable.default.exists || variable.default.text === wanted) return [];
  const path = ['environment', 'variables', variable.index, 'default'];
  const name = `The default of ${variable.name}`;
  return [{ path, value: wanted, splices: ({ root }) => spliceScalar(name, valueAt(root, path), wanted) }];
}

/** The value at `path`. */
export const valueAt = (root: YamlValue, path: ValuePath): YamlValue =>
  path.reduce<YamlValue>(
    (at, key) => (typeof key === 'string' ? at.get(key) : (at.items()[key] ?? at.get(String(key)))),
    root,
  );
