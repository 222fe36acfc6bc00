/**
 * What Atlassian answers to a job, by method and path. test/own/atlassian.ts is such a table: `npm run local`,
 * `npm run job -- --answers` and the tests of a job go by it.
 */

/** A call of a job, as a function in the table sees it. */
export interface AnsweredCall {
  readonly method: string;
  /** Without the site's part and without the query, such as `/rest/api/3/issue/A-1`. */
  readonly path: string;
  /** What stands in the place of each `{name}` of the path in the table. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The body, parsed; `undefined` where there is none. */
  readonly body: unknown;
}

/**
 * By `METHOD /path`, such as `GET /rest/api/3/issue/{key}`: the JSON of a 200; or a function that gives it, or a whole
 * `Response`.
 */
export type AtlassianAnswers = Readonly<Record<string, unknown>>;

/** What the table says to a call. */
export async function answerTo(
  answers: AtlassianAnswers,
  call: Omit<AnsweredCall, 'params'>,
): Promise<Response | undefined> {
  const plainFirst = Object.entries(answers).sort(([a], [b]) => Number(isPlain(b)) - Number(isPlain(a)));
  for (const [key, answer] of plainFirst) {
    const params = match(key, call);
    if (!params) continue;
    const given: unknown = typeof answer === 'function' ? await answer({ ...call, params }) : answer;
    return given instanceof Response ? given : Response.json(given ?? null);
  }
  return undefined;
}

/** What to put into the table for a call that it lacks. */
export const linesFor = ({ method, path }: Pick<AnsweredCall, 'method' | 'path'>): string =>
  `  '${method} ${path.replaceAll("'", "\\'")}': {},`;

/** A path that stands there as it is comes before any that has a `{name}`. */
const isPlain = (key: string) => !key.includes('{');

function match(
  key: string,
  { method, path }: Pick<AnsweredCall, 'method' | 'path'>,
): Record<string, string> | undefined {
  const [wantedMethod, wantedPath = ''] = key.split(' ');
  if (wantedMethod !== method) return undefined;
  if (isPlain(key)) return wantedPath === path ? {} : undefined;
  const wanted = wantedPath.split('/');
  const segments = path.split('/');
  if (wanted.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = segments[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (name !== undefined) params[name] = decodeURIComponent(value);
    else if (segment !== value) return undefined;
  }
  return params;
}
