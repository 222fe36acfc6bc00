import { cliEnvironment } from '../../aws/cli-environment';

test.each([
  ['Unix', { PATH: '/bin', HOME: '/home/me', TMPDIR: '/var/tmp' }],
  ['Windows', { PATH: 'C:\\bin', PATHEXT: '.EXE;.CMD', ComSpec: 'C:\\Windows\\cmd.exe' }],
])('passes on only the variables that the system needs: %s', (_system, ofSystem) => {
  const parent = {
    ...ofSystem,
    AWS_PROFILE: 'production',
    AWS_SECRET_ACCESS_KEY: 'real',
    CI: 'true',
  };
  const environment = cliEnvironment('http://127.0.0.1:4566', { parent });
  expect(environment).toMatchObject({ ...ofSystem, AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' });
  expect(Object.keys(environment)).not.toEqual(expect.arrayContaining(['AWS_PROFILE']));
  expect(Object.keys(environment)).not.toContain('CI');
  expect(Object.values(environment)).not.toContain('real');
});
