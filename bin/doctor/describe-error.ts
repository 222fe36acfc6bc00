/** An error's name, and what it says, in one line; a connection that failed has a code in place of a message. */
export function describeError(error: unknown): { readonly name: string; readonly text: string } {
  if (!(error instanceof Error)) return { name: '', text: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const [firstLine = ''] = error.message.split('\n');
  return {
    name: error.name,
    text: firstLine.includes(code) ? firstLine : [code, firstLine].filter(Boolean).join(': '),
  };
}
