import type { YamlValue } from './document';
import type { Problems } from './problems';

/** A manifest variable in a value, as Forge recognizes it. */
const VARIABLE = /\$\{([a-zA-Z_][a-zA-Z0-9_]*)\}/g;

/** Names of the variables in `text`, in their order. */
export const namesIn = (text: string): string[] => [...text.matchAll(VARIABLE)].map(([, name = '']) => name);

/** Whether `text` contains a `${VARIABLE}`. */
export const hasVariable = (text: string): boolean => namesIn(text).length > 0;

/** Replaces each variable in `text` by its value. A variable without a value stays as written. */
export const replaceVariables = (text: string, find: (name: string) => string | undefined): string =>
  text.replaceAll(VARIABLE, (asWritten, name: string) => find(name) ?? asWritten);

/** The reference to the variable `name` in a value. */
export const variableReference = (name: string): string => `\${${name}}`;

/** A variable under `environment.variables`. */
export interface VariableDeclaration {
  readonly name: string;
  /** Index in the list, from 0. */
  readonly index: number;
  /** The default; a missing value if there is none. */
  readonly default: YamlValue;
}

/** The list of declared variables; a missing value if there is none. */
export const variableList = (root: YamlValue): YamlValue => root.get('environment').get('variables');

/** The declared variables, in the order of the file. */
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
 * The value that makes `written` become `wanted`, if `written` contains exactly one variable; `undefined` if there is
 * no such value.
 */
export function valueOfVariable(written: string, wanted: string): string | undefined {
  const [name, ...others] = namesIn(written);
  if (name === undefined || others.length > 0) return undefined;
  const [before = '', after = ''] = written.split(variableReference(name));
  const fits = wanted.length > before.length + after.length && wanted.startsWith(before) && wanted.endsWith(after);
  return fits ? wanted.slice(before.length, wanted.length - after.length) : undefined;
}

/**
 * The variables under `environment.variables`. As in the Forge CLI, the process environment overrides the declared
 * default, and a `${NAME}` that isn't declared stays as it is.
 */
export class ManifestVariables {
  readonly #values: ReadonlyMap<string, string | undefined>;

  /** @param environment values that override the declared defaults */
  constructor(root: YamlValue, environment: Readonly<Record<string, string | undefined>> = {}) {
    this.#values = new Map(
      // Forge uses the first of two variables with the same name.
      declarations(root)
        .toReversed()
        .map(({ name, default: { text } }) => [name, environment[name] ?? text]),
    );
  }

  /** Names in `text` that aren't declared. */
  undeclaredIn(text: string): string[] {
    return namesIn(text).filter((name) => !this.#values.has(name));
  }

  /** Names in `text` that are declared but have no value. */
  withoutValueIn(text: string): string[] {
    return namesIn(text).filter((name) => this.#values.has(name) && this.#values.get(name) === undefined);
  }

  /** Whether every variable in `text` has a value. */
  canFillIn(text: string): boolean {
    return this.undeclaredIn(text).length === 0 && this.withoutValueIn(text).length === 0;
  }

  /** `text` with the values filled in. */
  fillIn(text: string): string {
    return replaceVariables(text, (name) => this.#values.get(name));
  }
}

/** Checks that all variables in the string `value`, called `name` in errors, are declared. */
export function checkDeclared(name: string, value: YamlValue, variables: ManifestVariables, problems: Problems): void {
  for (const variable of variables.undeclaredIn(value.text ?? '')) {
    problems.add(
      value,
      `${name} uses \${${variable}}, which is not declared, so Forge would use the text as it is`,
      `Add ${variable} to environment.variables, or write the value itself.`,
    );
  }
}
