import { wrap } from '../command';
import { exitStatus, type Finding, type Status } from './finding';
import type { Target } from './target';

const SIGNS: Readonly<Record<Status, string>> = { ok: '✓', wrong: '✗', nothing: '–', unseen: '–' };

/** Columns of a line. */
const WIDTH = 110;

/** The findings as a table for people. */
export function table(target: Target, findings: readonly Finding[]): string {
  const { stage, stackName, region } = target;
  const nameWidth = Math.max(...findings.map(({ check }) => check.length));
  const indent = ' '.repeat(nameWidth + 4);
  const row = ({ check, status, summary, details = [], fixes = [] }: Finding) => [
    wrap(summary, { first: `${SIGNS[status]} ${check.padEnd(nameWidth)}  `, indent, width: WIDTH }),
    ...details.map((line) => wrap(line, { first: indent, indent: `${indent}  `, width: WIDTH })),
    ...fixes.map((fix) => wrap(fix, { first: `${indent}→ `, indent: `${indent}  `, width: WIDTH })),
  ];
  return [`Stage ${stage}: stack ${stackName} in ${region}`, '', ...findings.flatMap(row), '', total(findings)].join(
    '\n',
  );
}

/** The findings for programs. */
export function json(target: Target, findings: readonly Finding[], nowMs: number): string {
  const { stage, stackName, region } = target;
  const verdict = (['ok', 'wrong', 'unseen'] as const)[exitStatus(findings)];
  const at = new Date(nowMs).toISOString();
  return JSON.stringify({ stage, stack: stackName, region, at, status: verdict, findings }, undefined, 2);
}

function total(findings: readonly Finding[]): string {
  const numberOf = (status: Status) => findings.filter((finding) => finding.status === status).length;
  const parts = [
    `${numberOf('ok')} ok`,
    `${numberOf('wrong')} wrong`,
    ...(numberOf('nothing') > 0 ? [`${numberOf('nothing')} with nothing to check`] : []),
    ...(numberOf('unseen') > 0 ? [`${numberOf('unseen')} that could not be checked`] : []),
  ];
  return `${parts.join(', ')}.`;
}
