/**
 * Prepared answers of Atlassian to a job, by method and path. test/own/atlassian.ts has them for `npm run local`,
 * `npm run job -- --answers` and the tests of a job.
 */

/** A job's call, as an answer function gets it. */
export interface AnsweredCall {
  readonly method: string;
  /** Path without the site's prefix and the query, such as `/rest/api/3/issue/A-1`. */
  readonly path: string;
  /** The values of each `{name}` in the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The parsed body; `undefined` if there is none. */
  readonly body: unknown;
}

/**
 * Answers by `METHOD /path`, such as `GET /rest/api/3/issue/{key}`: the JSON of a 200, or a function that returns it or a
 * whole `Response`.
 */
export type AtlassianAnswers = Readonly<Record<string, unknown>>;

/** The answer to a call; `undefined` if none is prepared. */
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

/** The line to add for a call without an answer. */
export const linesFor = ({ method, path }: Pick<AnsweredCall, 'method' | 'path'>): string =>
  `  '${method} ${path.replaceAll("'", "\\'")}': {},`;

/** An exact path wins over one with a `{name}`. */
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
