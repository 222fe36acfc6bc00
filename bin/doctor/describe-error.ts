/** What is told of an error. */
export interface ErrorText {
  readonly name: string;
  /** One line: a connection that failed has a code, and often no message. */
  readonly text: string;
}

export function describeError(error: unknown): ErrorText {
  const name = textOf(error, 'name');
  const code = textOf(error, 'code') || name;
  const [message = ''] = textOf(error, 'message').split('\n');
  const text = message.includes(code) ? message : [code, message].filter(Boolean).join(': ');
  return { name, text: text || String(error) };
}

/** A field of an error, whichever realm it comes from; empty where it is no text. */
function textOf(error: unknown, field: string): string {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, field) : undefined;
  return typeof value === 'string' ? value : '';
}
