import { isRecord } from '../../../../../lambda/values';

/** Logical id of the parameter that CloudFormation itself sets, and what it is here. */
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::StackName': 'test',
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '123456789012',
  'AWS::Partition': 'aws',
};

/**
 * A value of a template as text. A resource's name is its logical id here, and an attribute is `<logical id>.<name>`.
 *
 * @throws {Error} for an intrinsic function that is not emulated
 */
export function textOf(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (isRecord(value)) {
    const { Ref: reference, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value;
    if (typeof reference === 'string') return PSEUDO[reference] ?? reference;
    if (Array.isArray(attribute)) return attribute.join('.');
    if (Array.isArray(join) && Array.isArray(join[1])) return join[1].map(textOf).join(textOf(join[0]));
  }
  throw new Error(`Neither text nor Ref, Fn::GetAtt or Fn::Join: ${JSON.stringify(value)}`);
}

/** The properties of a resource, of which each has to be asked for. */
export interface Properties {
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  flag(name: string): boolean | undefined;
  list(name: string): readonly unknown[];
  object(name: string): Record<string, unknown> | undefined;
  /** For what has no influence on what is emulated. */
  ignore(...names: string[]): void;
  /** @throws {Error} naming the properties that nobody has asked for: what they do would be missing */
  done(): void;
}

/** @param where what the properties are of, for errors */
export function propertiesOf(where: string, value: unknown): Properties {
  if (!isRecord(value)) throw new Error(`${where}: expected an object, got ${JSON.stringify(value)}.`);
  const record = value;
  const known = new Set<string>();
  function read<T>(name: string, allowed: string, check: (found: unknown) => T | undefined): T | undefined {
    known.add(name);
    const found = record[name];
    if (found === undefined) return undefined;
    const checked = check(found);
    if (checked === undefined) throw new Error(`${where}: ${name} is ${JSON.stringify(found)}; allowed is ${allowed}.`);
    return checked;
  }
  return {
    text: (name) => read(name, 'text', textOf),
    number: (name) => read(name, 'a number', (found) => (typeof found === 'number' ? found : undefined)),
    flag: (name) => read(name, 'true or false', (found) => (typeof found === 'boolean' ? found : undefined)),
    list: (name) => read(name, 'a list', (found) => (Array.isArray(found) ? found : undefined)) ?? [],
    object: (name) => read(name, 'an object', (found) => (isRecord(found) ? found : undefined)),
    ignore: (...names) => {
      for (const name of names) known.add(name);
    },
    done() {
      const unknown = Object.keys(record).filter((name) => record[name] !== undefined && !known.has(name));
      if (unknown.length > 0) throw new Error(`${where}: not emulated: ${unknown.join(', ')}.`);
    },
  };
}
