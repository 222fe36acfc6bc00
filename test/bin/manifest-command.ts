import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../bin/manifest';
import type { ManifestIo } from '../../bin/manifest/version-report';
import { APP_ID, GOOD } from '../lib/manifest/manifests';
import { recordOutput } from '../support/recorded-output';

export const OLD = 'https://abc.lambda-url.eu-central-1.on.aws';
export const NEW = 'https://xyz.lambda-url.eu-central-1.on.aws';
export const EU = 'https://eu.lambda-url.eu-central-1.on.aws';

/** A stack of the stage in the outputs file, by its name. */
export const stack = (stage: string, outputs: Record<string, string> = {}) => ({
  [`remote-${stage}${outputs.Region ?? ''}`]: {
    RemoteBaseUrl: NEW,
    SlotArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:Slot-a1b2c3',
    ManifestRemotes: 'remotes:',
    AppId: APP_ID,
    Stage: stage,
    RemoteKey: 'aws',
    ...outputs,
  },
});

/** A folder with a manifest and the outputs of stage dev, for each test; what was deployed last is not known. */
export function manifestFolder() {
  let folder = '';
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'manifest-'));
    write('manifest.yml', GOOD);
    write('cdk-outputs.json', JSON.stringify(stack('dev')));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  return {
    write,
    read: (file = 'manifest.yml') => readFileSync(join(folder, file), 'utf8'),
    writeOutputs: (...stacks: readonly object[]) =>
      write('cdk-outputs.json', JSON.stringify(Object.assign({}, ...stacks))),
    /** Runs the command; `committed` is the manifest in git's HEAD. */
    run: (argv: readonly string[], io: Partial<ManifestIo> & { head?: string } = {}) => {
      const { head, ...others } = io;
      const { said, streams } = recordOutput();
      const status = run(argv, {
        ...streams,
        cwd: folder,
        environment: {},
        committed: () =>
          head === undefined ? { problem: 'nobody says' } : { text: head, name: "manifest.yml in git's HEAD" },
        ...others,
      });
      return { status, ...said };
    },
  };
}
