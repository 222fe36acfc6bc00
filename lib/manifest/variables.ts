import type { Problems } from './error';
import type { YamlValue } from './yaml-value';

/** A manifest variable, as Forge finds it in a value. */
const VARIABLE = /\$\{([a-zA-Z_][a-zA-Z0-9_]*)\}/g;

const namesIn = (text: string): string[] => [...text.matchAll(VARIABLE)].map(([, name = '']) => name);

/** Whether `text` holds a `${VARIABLE}`. */
export const hasVariable = (text: string): boolean => namesIn(text).length > 0;

/**
 * The variables that manifest.yml declares under `environment.variables`. Like the Forge CLI, it takes a value from the
 * process environment first and the declared default next; a `${NAME}` that is not declared stays as it is.
 */
export class ManifestVariables {
  readonly #values: ReadonlyMap<string, string | undefined>;

  /** @param environment values that win over the declared defaults */
  constructor(root: YamlValue, environment: Readonly<Record<string, string | undefined>> = {}) {
    this.#values = new Map(
      root
        .get('environment')
        .get('variables')
        .items()
        .map((variable) => ({
          name: variable.text ?? variable.get('key').text ?? '',
          default: variable.get('default').text,
        }))
        .map((variable) => [variable.name, environment[variable.name] ?? variable.default]),
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
    return text.replaceAll(VARIABLE, (asWritten, name: string) => this.#values.get(name) ?? asWritten);
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
