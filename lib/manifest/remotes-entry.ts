/**
 * The `remotes` block of manifest.yml for this backend, ready to paste, with no line break at its end.
 *
 * It works on text alone, so that `baseUrl` may be a CDK token, which has no value yet.
 */
export function remotesEntry(key: string, baseUrl: string): string {
  return ['remotes:', ...remoteItem(key, baseUrl, '  ')].join('\n');
}

/** The lines of one item of the `remotes` list, each indented by `indent`. */
export function remoteItem(key: string, baseUrl: string, indent: string): string[] {
  return [
    `- key: ${key}`,
    `  baseUrl: ${baseUrl}`,
    '  operations:',
    '    - compute',
    '  storage:',
    '    inScopeEUD: false',
  ].map((line) => indent + line);
}
