import type { CommandIo } from '../../bin/command';

/** Where a command writes in a test, and what it has written there. */
export function recordOutput(): {
  readonly said: { out: string; err: string };
  readonly streams: Pick<CommandIo, 'out' | 'err'>;
} {
  const said = { out: '', err: '' };
  const streams = {
    out: (text: string) => {
      said.out += `${text}\n`;
    },
    err: (text: string) => {
      said.err += `${text}\n`;
    },
  };
  return { said, streams };
}
