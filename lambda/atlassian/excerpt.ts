/** Errors of Atlassian's APIs have a few hundred bytes. Larger bodies are not read to their end. */
const MOST_BYTES = 64 * 1024;

/** Enough to show what is wrong, and short enough for a log line. */
const MOST_CHARACTERS = 300;

/** A JWT, or the beginning of one. */
const JWT = /eyJ[\w-]{8,}(\.[\w-]*)*/g;

/** `text` for a message: on one line, short, and without tokens, even if Atlassian quoted ours. */
export function readable(text: string, ...tokens: readonly string[]): string {
  const hidden = tokens.reduce((rest, token) => rest.replaceAll(token, '[token]'), text).replace(JWT, '[token]');
  const line = hidden.replace(/\s+/g, ' ').trim();
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line;
}

/** The beginning of Atlassian's answer, for a message. Empty for a web page, or when it can't be read. */
export async function excerptOf(response: Response, ...tokens: readonly string[]): Promise<string> {
  if (/\bhtml\b/i.test(response.headers.get('content-type') ?? '')) {
    await discard(response);
    return '';
  }
  const text = await readText(response).catch(() => undefined);
  if (text === undefined) await discard(response);
  return readable(text ?? '', ...tokens);
}

/** The whole body; `undefined` when it is too large. */
export async function readText(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Cancels a body that nobody reads, because it would keep its connection busy. */
export async function discard(response: Response): Promise<void> {
  if (!response.bodyUsed) await response.body?.cancel().catch(() => undefined);
}
