import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../../bin/setup';
import { NoAnswer, type Prompt } from '../../../bin/setup/conversation';
import { createOwnedFiles, ROOT } from '../../support/fixture-fork';
import { recordOutput } from '../../support/recorded-output';

export const APP = 'ari:cloud:ecosystem::app/8db33309-9ba4-4d1b-9a8f-2a1d0e4b5c6d';

/** Every answer that has to be given as an option where nobody can be asked. */
export const ALL = {
  'app-id': APP,
  product: 'jira',
  scopes: 'read:jira-work',
  interval: 'fiveMinute',
  stage: 'dev',
  region: 'eu-central-1',
  email: 'ops@example.com',
} as const;

/** As options on a command line. */
export const options = (answers: Readonly<Record<string, string>>): string[] =>
  Object.entries(answers).flatMap(([name, answer]) => [`--${name}`, answer]);

/** A fork that is set up. */
export class Fork {
  readonly folder = createOwnedFiles();

  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  write(file: string, text: string | Buffer): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** Both files as they are. */
  get files(): readonly string[] {
    return ['manifest.yml', 'config.ts'].map((file) => this.read(file));
  }

  /**
   * Runs the setup in here, and gives `answers` one after the other; after the last one the input ends.
   *
   * @param answers `undefined`: nobody is there to be asked
   */
  async setUp(argv: readonly string[], answers?: readonly string[], environment: Record<string, string> = {}) {
    const { said, streams } = recordOutput();
    const asked: string[] = [];
    const prompt = fakePrompt(answers ?? [], asked);
    const status = await run(argv, {
      ...streams,
      cwd: this.folder,
      environment,
      isTerminal: answers !== undefined,
      openPrompt: () => prompt,
    });
    return { status, ...said, asked };
  }

  /** Starts the setup in here as a process of its own. */
  start(argv: readonly string[]): ChildProcessWithoutNullStreams {
    return spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'bin/setup.ts'), ...argv], { cwd: this.folder });
  }

  /** What the process said, and how it ended. */
  async ending(child: ChildProcessWithoutNullStreams, onOutput: (out: string) => void = () => {}) {
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      onOutput(out);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    const status = await new Promise((resolve) => child.once('close', resolve));
    return { status, out, err };
  }

  /** Runs the setup as a process of its own, with `input` from a pipe. */
  startWith(argv: readonly string[], input = '') {
    const child = this.start(argv);
    child.stdin.end(input);
    return this.ending(child);
  }
}

function fakePrompt(answers: readonly string[], asked: string[]): Prompt {
  const left = [...answers];
  return {
    ask: async (question) => {
      asked.push(question);
      const answer = left.shift();
      if (answer === undefined) throw new NoAnswer('ended');
      return answer;
    },
    close: () => {},
  };
}
