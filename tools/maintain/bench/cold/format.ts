import { CONTESTANTS } from './contestants';
import type { Goal } from './goals';
import type { ColdFigures } from './measure';
import { CASES } from './world';

/** The figures for people to read. */
export function formatCold({ runtime, options, medianMs, warm, goals }: ColdFigures): string {
  const cold = CASES.map((kind) => [kind, ...CONTESTANTS.map((contestant) => medianMs[kind][contestant].toFixed(0))]);
  return [
    `Cold: milliseconds from the start of the process to the answer, medians of ${options.runs}`,
    `Run by ${runtime}; the key server takes ${options.keyServerMs} ms, AWS ${options.awsMs} ms, both over TLS`,
    ...columns([['', ...CONTESTANTS], ...cold]),
    '',
    `Warm: accepted and unchanged ${warm.oursMicros} µs, of which verifying with jose alone ${warm.verifyOnlyMicros} µs`,
    '',
    'Goals',
    ...columns(goals.map(row)),
  ].join('\n');
}

function row({ what, value, atMost, unit, met }: Goal): string[] {
  const [digits, name] = unit === '' ? [2, ''] : [unit === 'KB' ? 1 : 0, ` ${unit}`];
  return [what, `${value.toFixed(digits)}${name}`, `at most ${atMost}`, met ? '✓' : '✗ not met'];
}

/** Aligned: the first column to the left, all others to the right. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows.map((cells) => {
    const padded = cells.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return `  ${padded.join('  ')}`.trimEnd();
  });
}
