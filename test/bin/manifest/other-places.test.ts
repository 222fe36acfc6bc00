import { edited, GOOD, lineOf, variable } from '../../lib/manifest/manifests';
import { EU, manifestFolder, NEW, OLD, stack } from '../manifest-command';

const folder = manifestFolder();

const HOST = new URL(OLD).host;
const NEW_HOST = new URL(NEW).host;

/** The old URL in each of the places where real apps have it, and beside them what only looks like it. */
const CROWDED = edited(
  GOOD,
  ['app:\n', 'app:\n  connect:\n    key: com.example.app\n    remote: legacy\n'],
  [
    'permissions:\n',
    `permissions:
  external:
    fetch:
      backend:
        - address: "${OLD}" # ours
          category: analytics
      client:
        - ${HOST}
    images:
      - not-${HOST}
      - ${HOST}.example.com
`,
  ],
  [
    'remotes:\n',
    `providers:
  auth:
    - key: login
      name: Login
      type: oauth2
      clientId: abc
      remotes:
        - legacy
      actions:
        authorization:
          remote: legacy
          path: /authorize?back=${OLD}/back
remotes:
  - key: legacy
    baseUrl: https://legacy.example.com
`,
  ],
);

const ONLY_OURS = edited(CROWDED, [`baseUrl: ${OLD}`, `baseUrl: ${NEW}`]);
const at = (part: string) => `manifest.yml:${lineOf(ONLY_OURS, part)}: `;

test('other places that have the old URL are named, and stay', () => {
  folder.write('manifest.yml', CROWDED);
  const { status, out } = folder.run([]);
  expect(status).toBe(0);
  expect(folder.read()).toBe(ONLY_OURS);
  const named = out.split('\n').filter((line) => line.includes('also has the old URL'));
  expect(named).toEqual([
    `${at('address:')}permissions.external.fetch.backend[0].address also has the old URL, and is unchanged: ${OLD}`,
    `${at(`- ${HOST}`)}permissions.external.fetch.client[0] also has the old URL, and is unchanged: ${HOST}`,
    `${at('back=')}providers.auth[0].actions.authorization.path also has the old URL, and is unchanged: /authorize?back=${OLD}/back`,
  ]);
  expect(out).toContain('with --everywhere');
});

test('--check names them by their lines in the file as it is', () => {
  folder.write('manifest.yml', CROWDED);
  const { status, err } = folder.run(['--check']);
  expect(status).toBe(1);
  expect(folder.read()).toBe(CROWDED);
  const named = err.split('\n').filter((line) => line.includes('also has that URL'));
  expect(named).toEqual([
    `manifest.yml:${lineOf(CROWDED, 'address:')}: permissions.external.fetch.backend[0].address also has that URL: ${OLD}`,
    `manifest.yml:${lineOf(CROWDED, `- ${HOST}`)}: permissions.external.fetch.client[0] also has that URL: ${HOST}`,
    `manifest.yml:${lineOf(CROWDED, 'back=')}: providers.auth[0].actions.authorization.path also has that URL: /authorize?back=${OLD}/back`,
  ]);
  expect(err).toContain('If it means this backend, add --everywhere.');
});

test('--everywhere edits them, and in them nothing but the host', () => {
  folder.write('manifest.yml', CROWDED);
  const { status, out } = folder.run(['--everywhere']);
  expect(status).toBe(0);
  expect(folder.read()).toBe(
    edited(
      ONLY_OURS,
      [`"${OLD}" # ours`, `"${NEW}" # ours`],
      [`- ${HOST}\n    images`, `- ${NEW_HOST}\n    images`],
      [`back=${OLD}/back`, `back=${NEW}/back`],
    ),
  );
  expect(out.match(/also had the old URL, and is now/g)).toHaveLength(3);
  expect(out).not.toContain('with --everywhere');
  // The version report is about what was written.
  expect(folder.run(['--deployed', 'manifest.yml']).out).toContain('nothing has changed');
});

test('a place that uses the same variable is named: it has changed with the default', () => {
  const text = edited(
    GOOD,
    [OLD, variable('BACKEND')],
    ['app:\n', `environment:\n  variables:\n    - key: BACKEND\n      default: ${OLD}\napp:\n`],
    ['permissions:\n', `permissions:\n  external:\n    images:\n      - "${variable('BACKEND')}/logo"\n`],
  );
  folder.write('manifest.yml', text);
  const { out } = folder.run([]);
  expect(folder.read()).toBe(edited(text, [OLD, NEW]));
  expect(out).toContain(
    `manifest.yml:${lineOf(text, 'logo')}: permissions.external.images[0] also uses ${variable('BACKEND')}, so it has changed as well.`,
  );
  expect(out).not.toContain('--everywhere');
});

test('a region that goes has nothing that could come instead of it', () => {
  const text = edited(
    GOOD,
    [`baseUrl: ${OLD}`, `baseUrl:\n      default: ${NEW}\n      EU: ${EU}`],
    ['permissions:\n', `permissions:\n  external:\n    images:\n      - ${EU}\n`],
  );
  folder.write('manifest.yml', text);
  folder.writeOutputs(stack('dev'));
  const { out } = folder.run(['--remove-regions', '--everywhere']);
  expect(folder.read()).toContain(`- ${EU}`);
  expect(out).toContain(`also has the old URL, and is unchanged: ${EU}`);
});

test('an alias elsewhere can not be edited: nothing is written, and the way out is told', () => {
  const text = edited(GOOD, [
    'permissions:\n',
    `permissions:\n  external:\n    images:\n      - &img ${HOST}\n      - *img\n`,
  ]);
  folder.write('manifest.yml', text);
  const { status, err } = folder.run(['--everywhere']);
  expect(status).not.toBe(0);
  expect(err).toMatch(/alias|without changing something else/);
  expect(folder.read()).toBe(text);
});
