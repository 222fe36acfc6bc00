import type { YamlValue } from './document';
import type { Problems } from './problems';

/** A manifest variable, as Forge finds it in a value. */
const VARIABLE = /\$\{([a-zA-Z_][a-zA-Z0-9_]*)\}/g;

/** Names of the variables in `text`, in order. */
export const namesIn = (text: string): string[] => [...text.matchAll(VARIABLE)].map(([, name = '']) => name);

/** Whether `text` holds a `${VARIABLE}`. */
export const hasVariable = (text: string): boolean => namesIn(text).length > 0;

/** `text` with every variable replaced by its value; one that has none stays as it is written. */
export const replaceVariables = (text: string, find: (name: string) => string | undefined): string =>
  text.replaceAll(VARIABLE, (asWritten, name: string) => find(name) ?? asWritten);

/** How a value names the variable `name`. */
export const variableReference = (name: string): string => `\${${name}}`;

/** A variable under `environment.variables`. */
export interface VariableDeclaration {
  readonly name: string;
  /** Its place in the list, from 0. */
  readonly index: number;
  /** Its default; a missing value where it has none. */
  readonly default: YamlValue;
}

/** The list in which manifest.yml declares its variables; a missing value where it declares none. */
export const variableList = (root: YamlValue): YamlValue => root.get('environment').get('variables');

/** The variables that manifest.yml declares, in the order of the file. */
export function declarations(root: YamlValue): VariableDeclaration[] {
  return variableList(root)
    .items()
    .map((variable, index) => ({
      name: variable.text ?? variable.get('key').text ?? '',
      index,
      default: variable.get('default'),
    }));
}

/**
 * The value that the one variable in `written` must have for the whole to become `wanted`; `undefined` when there is no
 * such value, or `written` holds other than one variable.
 */
export function valueOfVariable(written: string, wanted: string): string | undefined {
  const [name, ...others] = namesIn(written);
  if (name === undefined || others.length > 0) return undefined;
  const [before = '', after = ''] = written.split(variableReference(name));
  const fits = wanted.length > before.length + after.length && wanted.startsWith(before) && wanted.endsWith(after);
  return fits ? wanted.slice(before.length, wanted.length - after.length) : undefined;
}

/**
 * The variables that manifest.yml declares under `environment.variables`. Like the Forge CLI, it takes a value from the
 * process environment first and the declared default next; a `${NAME}` that is not declared stays as it is.
 */
export class ManifestVariables {
  readonly #values: ReadonlyMap<string, string | undefined>;

  /** @param environment values that win over the declared defaults */
  constructor(root: YamlValue, environment: Readonly<Record<string, string | undefined>> = {}) {
    this.#values = new Map(
      // Forge takes the first of two with one name.
      declarations(root)
        .toReversed()
        .map(({ name, default: { text } }) => [name, environment[name] ?? text]),
    );
  }

  /** Names used in `text` that are not declared. */
  undeclaredIn(text: string): string[] {
    return namesIn(text).filter((name) => !this.#values.has(name));
  }

  /** Names used in `text` that are declared but have no value. */
  withoutValueIn(text: string): string[] {
    return namesIn(text).filter((name) => this.#values.has(name) && this.#values.get(name) === undefined);
  }

  /** Whether every variable in `text` has a value. */
  canFillIn(text: string): boolean {
    return this.undeclaredIn(text).length === 0 && this.withoutValueIn(text).length === 0;
  }

  /** `text` with the values put in. */
  fillIn(text: string): string {
    return replaceVariables(text, (name) => this.#values.get(name));
  }
}

/** Every variable in the string `value`, called `name` in errors, is declared. */
export function checkDeclared(name: string, value: YamlValue, variables: ManifestVariables, problems: Problems): void {
  for (const variable of variables.undeclaredIn(value.text ?? '')) {
    problems.add(
      value,
      `${name} uses \${${variable}}, which is not declared, so Forge would take it literally`,
      `Add ${variable} to environment.variables, or write the value itself.`,
    );
  }
}
