import { isSeq } from 'yaml';
import { AT_END, type Edit } from '../../../lib/manifest/apply-edits';
import type { Problem } from '../../../lib/manifest/error';
import { endOfLastLine, startOf } from '../../../lib/manifest/nodes';
import type { ParsedManifest } from '../../../lib/manifest/parse';
import { columnOf, insertLinesAsTheyEnd, type Splice } from '../../../lib/manifest/text-lines';
import { variableList } from '../../../lib/manifest/variables';

/** How to declare the variable `name` with a default, after those that are declared already. */
export function declareVariable(name: string, value: string): Edit {
  return {
    path: ['environment', 'variables', AT_END],
    value: { key: name, default: value },
    splices: (manifest, text) => declarationLines(manifest, text, name, value),
  };
}

function declarationLines(
  { root }: ParsedManifest,
  text: string,
  name: string,
  value: string,
): readonly Splice[] | Problem {
  const { node, line } = variableList(root);
  if (!isSeq(node) || node.flow || node.items.length === 0) {
    return {
      line,
      what: 'environment.variables is not a list with a line for each item, so no variable can be added to it',
      fix: `Add to it yourself:\n- key: ${name}\n  default: ${value}`,
    };
  }
  const indent = ' '.repeat(columnOf(text, startOf(node)));
  const lines = [`- key: ${name}`, `  default: ${value}`].map((part) => indent + part);
  return [insertLinesAsTheyEnd(text, endOfLastLine(text, node), lines)];
}
