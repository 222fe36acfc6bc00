import {
  isScopeOf,
  loadAtlassianScopes,
  PRODUCTS,
  productOf,
  searchScopes,
  unknownScopeProblem,
} from '../../../bin/setup/scopes';

const LIST = loadAtlassianScopes();

test("Atlassian's list is where it was, and has what a backend needs", () => {
  expect(LIST.length).toBeGreaterThan(500);
  expect(LIST).toEqual(expect.arrayContaining(['read:app-system-token', 'read:app-user-token', 'read:jira-work']));
  expect(new Set(LIST).size).toBe(LIST.length);
});

test.each(PRODUCTS)('there are scopes for %s', (product) => {
  expect(LIST.some((scope) => isScopeOf(scope, product))).toBe(true);
});

test('a scope is for one product at the most', () => {
  for (const scope of LIST) expect(PRODUCTS.filter((product) => isScopeOf(scope, product)).length).toBeLessThan(2);
});

test.each([
  ['read:page:confluence', 'confluence'],
  ['read:confluence-content.summary', 'confluence'],
  ['search:confluence', 'confluence'],
  ['read:jira-work', 'jira'],
  ['read:sprint:jira-software', 'jira'],
  ['read:servicedesk-request', 'jira'],
  ['import:import-configuration:cmdb', 'jira'],
  ['read:component:compass', 'compass'],
  ['read:repository:bitbucket', 'bitbucket'],
  ['read:connect-jira', undefined],
  ['read:app-system-token', undefined],
  ['read:me', undefined],
])('%s is for %s', (scope, product) => {
  expect(LIST).toContain(scope);
  expect(productOf([scope])).toBe(product);
});

test('most of several scopes decide the product, and the first one where it is a draw', () => {
  expect(productOf(['read:jira-work', 'read:page:confluence', 'read:space:confluence'])).toBe('confluence');
  expect(productOf(['read:page:confluence', 'read:jira-work'])).toBe('jira');
});

test('a search shows what is for the product, else all; a long list is cut', () => {
  expect(searchScopes(LIST, ['Page'], 'confluence')?.split('\n')).toEqual([
    '  delete:page:confluence',
    '  read:graph:page:confluence',
    '  read:page:confluence',
    '  write:page:confluence',
  ]);
  expect(searchScopes(LIST, ['read', 'page'], 'jira')).toContain('read:page:confluence');
  expect(searchScopes(LIST, ['read'], 'jira')).toMatch(/\n {2}and \d+ more: search with a second word$/);
  expect(searchScopes(LIST, ['no-such-thing'], 'jira')).toBeUndefined();
});

test.each([
  ['read:pge:confluence', 'Did you mean read:page:confluence?'],
  // As Atlassian's documentation has it, wrongly.
  ['read:confluence-content:summary', 'Did you mean read:confluence-content.summary?'],
  ['read:everything:everywhere', 'To search the list, enter a word'],
])('%s: %s', (scope, hint) => {
  expect(unknownScopeProblem(scope, LIST)).toContain(hint);
});
