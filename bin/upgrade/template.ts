/**
 * template.json: the template's version, and who owns which files. `npm run upgrade` and the template's tests read it.
 *
 * A pattern is a path, or a folder with everything in it: `lambda/job/**`.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** Name of the file, at the root of a fork. */
export const TEMPLATE_FILE = 'template.json';

const pattern = z.string().regex(/^[\w.-]+(\/[\w.-]+)*(\/\*\*)?$/, 'must be a path, or a folder followed by /**');

const templateSchema = z.strictObject({
  /** Version of the template that this tree is based on. The tag is `v` and this. */
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'must be a version, such as 1.0.0'),
  /** Files of the fork. Upgrades don't touch them, and no other file depends on their content. */
  owned: z.array(pattern),
  /** JSON files that upgrades merge key by key. */
  merged: z.array(pattern),
  /** Files that npm generates. */
  generated: z.array(pattern),
  /** Files that a fork may delete. They stay deleted. */
  removable: z.array(pattern),
});

export type Template = Readonly<z.infer<typeof templateSchema>>;

/**
 * @param text text of template.json
 * @throws {Error} that says what is wrong, and where
 */
export function parseTemplate(text: string): Template {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`${TEMPLATE_FILE} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const { success, data, error } = templateSchema.safeParse(json);
  if (success) return data;
  const problems = error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`);
  throw new Error(`${TEMPLATE_FILE}: ${problems.join('; ')}`);
}

/** Reads template.json in a folder. */
export const readTemplate = (root: string): Template =>
  parseTemplate(readFileSync(path.join(root, TEMPLATE_FILE), 'utf8'));

/** @param file path from the root, with forward slashes */
export const matches = (file: string, patterns: readonly string[]): boolean =>
  patterns.some((each) => (each.endsWith('/**') ? file.startsWith(each.slice(0, -2)) : file === each));
