/**
 * npm run reference: writes docs/reference.md, the options of config.ts, from their declarations in lib/config/.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { factsOf } from '../../lib/config/fields';
import { configSchema } from '../../lib/config/schema';

const ROOT = path.join(__dirname, '../..');
const SOURCES = ['lib/config/schema.ts', 'lib/config/stage.ts', 'lib/config/http-api.ts'].map((file) =>
  path.join(ROOT, file),
);
export const REFERENCE_FILE = path.join(ROOT, 'docs/reference.md');

/** A comment of the source. */
interface Comment {
  readonly text: string;
  /** What follows `@default`. Absent for what must be given. */
  readonly default?: string;
}

/** One option, as the page shows it. */
export interface Option {
  /** Such as `stages[].slot.strategy`. */
  readonly path: string;
  readonly comment: Comment;
  readonly allowed: readonly string[];
  /** The default that the schema fills in. Absent where there is none. */
  readonly filledIn?: unknown;
}

/** The comments of the fields of every `strict({ … })`, by the names of its fields. */
function commentsBySource(source: string): Map<string, Map<string, Comment>> {
  const byFields = new Map<string, Map<string, Comment>>();
  for (const object of source.split(/\bstrict\(/).slice(1)) {
    const comments = new Map<string, Comment>();
    for (const [, block = '', name = ''] of object.matchAll(/^ +\/\*\*([\s\S]*?)\*\/\s*(\w+)(?=[:,])/gm)) {
      const lines = block.split('\n').map((line) => line.replace(/^ *\* ?/, '').trimEnd());
      const [text = '', byDefault] = lines.join('\n').split('@default ');
      comments.set(name, { text: text.trim(), ...(byDefault !== undefined && { default: byDefault.trim() }) });
    }
    byFields.set([...comments.keys()].join(), comments);
  }
  return byFields;
}

/** A schema without what stands around it, and the default that this fills in. */
function unwrap(schema: z.ZodType, filledIn?: unknown): { readonly schema: z.ZodType; readonly filledIn?: unknown } {
  const { def } = schema as unknown as { def: { innerType?: z.ZodType; in?: z.ZodType; defaultValue?: unknown } };
  if (factsOf(schema).allowed !== undefined || factsOf(schema).alternatives) return { schema, filledIn };
  const inner = def.innerType ?? def.in;
  return inner ? unwrap(inner, def.defaultValue ?? filledIn) : { schema, filledIn };
}

/** What may be given, and the objects in it that have options of their own. */
function contentsOf(schema: z.ZodType): { readonly allowed: string[]; readonly objects: [string, z.ZodRawShape][] } {
  const { allowed, fields, item, value, alternatives } = factsOf(schema);
  const own = allowed === undefined || fields ? [] : [allowed];
  const inner = [
    ...(item ? [['[]', item] as const] : []),
    ...(value ? [['.<name>', value] as const] : []),
    ...(alternatives ?? []).map((one) => ['', one] as const),
  ];
  const contents = inner.map(([suffix, one]) => ({ suffix, ...contentsOf(unwrap(one).schema) }));
  return {
    allowed:
      item || value
        ? [`${allowed}, each ${contents.flatMap((one) => one.allowed).join('; or ')}`]
        : [...own, ...(fields ? [objectText(fields)] : []), ...contents.flatMap((one) => one.allowed)],
    objects: [
      ...(fields ? [['', fields] as [string, z.ZodRawShape]] : []),
      ...contents.flatMap(({ suffix, objects }) =>
        objects.map(([more, shape]): [string, z.ZodRawShape] => [suffix + more, shape]),
      ),
    ],
  };
}

/** An object by region has one value under each of Forge's keys. */
const objectText = (fields: z.ZodRawShape): string =>
  'default' in fields
    ? `an object with one value for each region: ${Object.keys(fields).join(', ')}`
    : 'an object with the options below';

/** Every option, each followed by those in it. */
export function optionsOf(root: z.ZodType = configSchema): Option[] {
  const comments = new Map(SOURCES.flatMap((file) => [...commentsBySource(readFileSync(file, 'utf8'))]));
  const inShape = (fields: z.ZodRawShape, prefix: string): Option[] => {
    const ofFields = comments.get(Object.keys(fields).join());
    // Regions: they have the names that Forge gives them, and one meaning.
    if (ofFields === undefined && 'default' in fields) return [];
    return Object.entries(fields).flatMap(([name, field]) => {
      const comment = ofFields?.get(name);
      if (comment === undefined) throw new Error(`No comment for ${prefix}${name} in lib/config/.`);
      const { schema, filledIn } = unwrap(field as z.ZodType);
      const { allowed, objects } = contentsOf(schema);
      const option = { path: `${prefix}${name}`, comment, allowed: [...new Set(allowed)], filledIn };
      return [option, ...objects.flatMap(([suffix, shape]) => inShape(shape, `${option.path}${suffix}.`))];
    });
  };
  return contentsOf(root).objects.flatMap(([, fields]) => inShape(fields, ''));
}

const HEADER = `# Options of config.ts

For everybody who edits config.ts: all options, in the order of the schema. \`npm run reference\` generates this page from
the comments in lib/config/; edit them there.

\`[]\` stands for each item of a list: \`stages[].name\` is the name of one stage. A wrong or misspelled option makes
\`cdk synth\` fail, with a message that says what is allowed.
`;

function section({ path: option, comment, allowed }: Option): string {
  const byDefault = comment.default === undefined ? 'Required.' : `Default: ${defaultText(comment.default)}`;
  return `${[`## \`${option}\``, comment.text, `Allowed: ${allowed.join('; or ')}.`, byDefault].join('\n\n')}\n`;
}

/** A comment says either the value, or, after a dash, what happens without one. */
const defaultText = (text: string): string => (text.startsWith('- ') ? `${text.slice(2)}.` : `\`${text}\`.`);

/** The text of docs/reference.md. */
export const referenceText = (): string => `${[HEADER, ...optionsOf().map(section)].join('\n')}`;

if (require.main === module) writeFileSync(REFERENCE_FILE, referenceText());
