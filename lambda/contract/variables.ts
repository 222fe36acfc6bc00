/** Environment variables, as a function finds them. */
export type Variables = Readonly<Record<string, string | undefined>>;

export const DEPLOY_AGAIN = 'Deploy the stack again with "npm run deploy".';

/** @throws {Error} when `name` is not set */
export function required(variables: Variables, name: string): string {
  const value = variables[name];
  if (value === undefined || value === '') {
    throw new Error(`Environment variable ${name} is not set. CDK sets it. ${DEPLOY_AGAIN}`);
  }
  return value;
}

/** The error for a variable with a value that is not allowed. */
export const invalid = (name: string, value: string, allowed: string): Error =>
  new Error(`Environment variable ${name} is ${JSON.stringify(value)}; allowed: ${allowed}. ${DEPLOY_AGAIN}`);

/** @throws {Error} when `name` is not set, or not to a number above 0 */
export function aboveZero(variables: Variables, name: string): number {
  const text = required(variables, name);
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw invalid(name, text, 'a number above 0');
}

/** @throws {Error} when the text is not a JSON object */
export function parseObject(name: string, text: string, allowed: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalid(name, text, allowed);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw invalid(name, text, allowed);
  return parsed as Record<string, unknown>;
}
