import { baseUrlVariables, exportLine } from '../../../bin/manifest/exports';
import { setAppId } from '../../../lib/manifest/app';
import type { RegionMap } from '../../../lib/manifest/model';
import { APP_ID, documentOf, edited, GOOD, lineOf, variable } from '../../lib/manifest/manifests';
import { setUrl } from './set-url';

const OLD = 'https://abc.lambda-url.eu-central-1.on.aws';
const NEW = 'https://xyz.lambda-url.us-east-1.on.aws';
const EU = 'https://eu.lambda-url.eu-central-1.on.aws';

const set = (text: string, baseUrl: string | RegionMap) => setUrl(text, { baseUrl });

const withVariables = (baseUrl: string, variables: string) =>
  `${edited(GOOD, [OLD, baseUrl])}environment:\n  variables:\n${variables}`;

const TEXT = withVariables(variable('URL'), `    - key: URL # exported\n      default: ${OLD} # of dev\n`);

test('the default changes, in its line, and where it is used nothing does', () => {
  const { text, changes } = set(TEXT, NEW);
  expect(text).toBe(edited(TEXT, [OLD, NEW]));
  expect(changes).toEqual([{ line: lineOf(TEXT, 'default:'), remoteKey: 'aws', variable: 'URL', from: OLD, to: NEW }]);
  expect(set(text, NEW)).toEqual({ text, changes: [], others: [] });
});

test('of a part of the URL, only that part', () => {
  const text = withVariables(`"https://${variable('HOST')}"`, `    - { key: HOST, default: "${OLD.slice(8)}" }\n`);
  expect(set(text, NEW).text).toBe(edited(text, [OLD.slice(8), NEW.slice(8)]));
});

test.each(['    - URL\n', '    - key: URL\n'])('without a default there is nothing to write: %j', (variables) => {
  const text = withVariables(variable('URL'), variables);
  expect(set(text, NEW)).toEqual({ text, changes: [], others: [] });
});

test('several variables in one URL are fine while they make the right one', () => {
  const text = withVariables(
    `https://${variable('A')}.${variable('B')}`,
    '    - { key: A, default: xyz }\n    - { key: B, default: lambda-url.us-east-1.on.aws }\n',
  );
  expect(set(text, NEW)).toEqual({ text, changes: [], others: [] });
  expect(() => set(text, EU)).toThrow(/no single variable can make it https:\/\/eu.*Use one variable/);
});

test('a map whose URLs are in variables gets each of them', () => {
  const text = withVariables(
    `{ default: "${variable('URL')}", EU: "${variable('URL_EU')}" }`,
    `    - { key: URL, default: ${OLD} }\n    - { key: URL_EU, default: https://old.example.com }\n`,
  );
  expect(set(text, { default: NEW, EU }).text).toBe(edited(text, [OLD, NEW], ['https://old.example.com', EU]));
});

test('a new region gets a variable of its own, beside that of the default', () => {
  const { text, changes } = set(TEXT, { default: OLD, EU });
  expect(text).toBe(
    edited(
      TEXT,
      [`baseUrl: ${variable('URL')}`, `baseUrl:\n      default: ${variable('URL')}\n      EU: ${variable('URL_EU')}`],
      [' # of dev\n', ` # of dev\n    - key: URL_EU\n      default: ${EU}\n`],
    ),
  );
  expect(changes).toEqual([{ line: lineOf(text, EU), remoteKey: 'aws', region: 'EU', variable: 'URL_EU', to: EU }]);
});

test('a new region takes a variable that is there under that name', () => {
  const text = `${TEXT}    - key: URL_EU\n      default: https://old.example.com\n`;
  expect(set(text, { default: OLD, EU }).text).toContain(`    - key: URL_EU\n      default: ${EU}\n`);
});

describe('refused', () => {
  test.each([
    ['a variable that is not declared', 'NO', /baseUrl uses \$\{NO\}, which is not declared.*"default: https:\/\/xyz/],
  ])('%s', (_, name, says) => {
    expect(() => set(edited(TEXT, [variable('URL'), variable(name)]), NEW)).toThrow(says);
  });

  test('two regions with one variable and two URLs', () => {
    const text = edited(TEXT, [variable('URL'), `{ default: "${variable('URL')}", EU: "${variable('URL')}" }`]);
    expect(() => set(text, { default: NEW, EU })).toThrow(/another region with another URL uses the same variable/);
    expect(set(text, { default: NEW, EU: NEW }).text).toBe(edited(text, [OLD, NEW]));
  });

  test('a default that is an alias', () => {
    const text = edited(TEXT, [`default: ${OLD}`, 'default: *url'], ['key: hourly', 'key: &url hourly']);
    expect(() => set(text, NEW)).toThrow(/The default of URL is an alias/);
  });

  test('a variable to add to a list in braces', () => {
    const text = `${edited(GOOD, [OLD, variable('URL')])}environment:\n  variables: [{ key: URL, default: ${OLD} }]\n`;
    expect(() => set(text, { default: OLD, EU })).toThrow(
      /environment\.variables is not a list with one item per line.*\n- key: URL_EU\n {2}default: https:\/\/eu/,
    );
  });
});

describe('the values for a stage', () => {
  test('are those that make its URLs', () => {
    expect(baseUrlVariables(documentOf(TEXT), 'aws', { default: NEW })).toEqual([{ name: 'URL', value: NEW }]);
    expect(baseUrlVariables(documentOf(GOOD), 'aws', { default: NEW })).toEqual([]);
  });

  test('are those of its default for a region that it lacks', () => {
    const text = set(TEXT, { default: OLD, EU }).text;
    expect(baseUrlVariables(documentOf(text), 'aws', { default: NEW })).toEqual([
      { name: 'URL', value: NEW },
      { name: 'URL_EU', value: NEW },
    ]);
  });

  test('are lines for a shell', () => {
    expect(exportLine({ name: 'URL', value: NEW })).toBe(`export URL=${NEW}`);
    expect(exportLine({ name: 'X', value: "a'b; $(c)" })).toBe("export X='a'\\''b; $(c)'");
  });
});

describe('the app id', () => {
  const OTHER = 'ari:cloud:ecosystem::app/11111111-2222-4333-8444-555555555555';
  const setId = (text: string) => setAppId(documentOf(text), OTHER).text;

  test('goes into the default of its variable', () => {
    const text = edited(GOOD, [APP_ID, variable('ID')]).concat(
      `environment:\n  variables:\n    - key: ID\n      default: '${APP_ID}'\n`,
    );
    expect(setId(text)).toBe(edited(text, [APP_ID, OTHER]));
  });

  test.each([`'${APP_ID}'`, `"${APP_ID}"`, `&id ${APP_ID} # ours`])('keeps what is around it: %s', (id) => {
    const text = edited(GOOD, [APP_ID, id]);
    expect(setId(text)).toBe(edited(text, [APP_ID, OTHER]));
  });

  test('is not set where something else would change', () => {
    const text = edited(GOOD, [APP_ID, `&id ${APP_ID}`]).concat('x: *id\n');
    expect(() => setId(text)).toThrow(/app\.id can not be changed without changing something else/);
    expect(() => setId('app: {}\n')).toThrow(/app\.id is missing\. Run "forge register"/);
  });
});
