import { cliEnvironment } from '../../aws/cli-environment';

test('of the parent, only PATH and HOME are passed on', () => {
  const parent = {
    PATH: '/bin',
    HOME: '/home/me',
    AWS_PROFILE: 'production',
    AWS_SECRET_ACCESS_KEY: 'real',
    CI: 'true',
  };
  const environment = cliEnvironment('http://127.0.0.1:4566', { parent });
  expect(environment).toMatchObject({ PATH: '/bin', HOME: '/home/me', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' });
  expect(Object.keys(environment)).not.toEqual(expect.arrayContaining(['AWS_PROFILE']));
  expect(Object.keys(environment)).not.toContain('CI');
  expect(Object.values(environment)).not.toContain('real');
});
