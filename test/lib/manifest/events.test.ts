import { closest } from '../../../lib/manifest/problems';
import { eventProblem } from '../../../lib/manifest/triggers';

test.each([
  'avi:forge:installed:app',
  'avi:forge:upgraded:app',
  'avi:confluence:created:page',
  'avi:confluence:created:space:V2',
  'avi:confluence:children_reordered:page',
  'avi:jira-software:configuration-changed:board',
  'avi:jira:timetracking:provider:changed',
  'avi:ecosystem.migration:uploaded:app_data',
])('%s is an event', (event) => expect(eventProblem(event)).toBeUndefined());

test.each([
  '',
  'avi',
  'avi:jira',
  'avi:jira:issue',
  'avi::created:page',
  'AVI:jira:created:issue',
  ' avi:jira:created:issue',
])('%j is no event', (event) => expect(eventProblem(event)).toMatch(/avi:<product>:<action>:<entity>/));

test('of the events of an app itself, only those that Forge has', () => {
  expect(eventProblem('avi:forge:upgradd:app')).toMatch(/Did you mean avi:forge:upgraded:app\?/);
  expect(eventProblem('avi:forge:exploded:app')).toBe(
    'The life-cycle events of an app are avi:forge:installed:app and avi:forge:upgraded:app.',
  );
});

test('a guess is made only for what is close', () => {
  const known = ['appSystemToken', 'appUserToken'];
  expect(closest('appsystemtoken', known)).toBe('appSystemToken');
  expect(closest('apUserTokens', known)).toBe('appUserToken');
  expect(closest('token', known)).toBeUndefined();
  expect(closest('', known)).toBeUndefined();
});
