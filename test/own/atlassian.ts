// Yours: edit it as you like. An upgrade of the template leaves it as it is.
import type { AnsweredCall, AtlassianAnswers } from '../../tools/emulator/atlassian/answers';

/**
 * What Atlassian answers to your job in `npm run local`, in `npm run job -- --answers`, and in your tests: by method and
 * path. A value is the JSON of a 200. A function gets the call, and may give a whole `Response`.
 */
export default {
  // Confluence
  'GET /wiki/api/v2/spaces': ({ query }: AnsweredCall) => {
    // Two pages, so that a job that reads only the first one is found out.
    const isFirst = query.get('cursor') === null;
    const results = isFirst
      ? [
          { id: '1001', key: 'ONE' },
          { id: '1002', key: 'TWO' },
        ]
      : [{ id: '1003', key: 'THREE' }];
    return { results, _links: isFirst ? { next: '/wiki/api/v2/spaces?limit=250&cursor=next' } : {} };
  },
  'GET /wiki/api/v2/pages/{id}': ({ params }: AnsweredCall) => ({ id: params.id, title: 'A page', status: 'current' }),

  // Jira
  'GET /rest/api/3/project/search': { values: [{ id: '10001', key: 'ONE', name: 'One' }], total: 1, isLast: true },
  'GET /rest/api/3/issue/{key}': ({ params }: AnsweredCall) => ({
    id: '10002',
    key: params.key,
    fields: { summary: 'An issue' },
  }),
  'GET /rest/api/3/search/jql': { issues: [{ id: '10002', key: 'ONE-1' }], isLast: true },
} satisfies AtlassianAnswers;
