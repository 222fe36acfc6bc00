import { spawnSync } from 'node:child_process';

/** One thing that cfn-lint has to say. */
export interface LintFinding {
  /** Such as `W3005`. */
  readonly rule: string;
  readonly message: string;
  /** Of the template. */
  readonly file: string;
  /** Where in the template, such as `Resources/Function/DependsOn/0`. */
  readonly path: string;
}

/** What is ignored: a rule, as far as its message is this one, and why it doesn't count. */
export interface IgnoredRule {
  readonly rule: string;
  readonly message: RegExp;
  readonly reason: string;
}

export const IGNORED: readonly IgnoredRule[] = [
  {
    rule: 'W3005',
    message: /Role[0-9A-F]+' dependency already enforced by a 'GetAtt' at .*Function/,
    reason:
      'CDK writes DependsOn beside the reference from a function to its role; one of both would do (see aws-cdk #24578)',
  },
  {
    rule: 'E3002',
    message: /'WarmUpConfiguration' was unexpected/,
    reason:
      "cfn-lint 1.51 has an older copy of CloudFormation's schema; AWS::CloudWatch::Alarm has the property by now",
  },
];

/** @returns cfn-lint's version, or `undefined` where there is no such program */
export function cfnLintVersion(): string | undefined {
  const { status, stdout } = spawnSync('cfn-lint', ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * What cfn-lint finds in these templates, by the schemas of the region that they are for.
 *
 * @throws {Error} when it can't be run, or doesn't answer in JSON
 */
export function runCfnLint(files: readonly string[], region: string): LintFinding[] {
  // Its exit status says which levels there are (2 errors, 4 warnings, 8 information), and so does its output.
  const { stdout, stderr, error } = spawnSync('cfn-lint', ['--format', 'json', '--regions', region, '--', ...files], {
    encoding: 'utf8',
  });
  if (error) throw new Error(`cfn-lint can't be run: ${error.message}`);
  try {
    return parseFindings(stdout);
  } catch (cause) {
    throw new Error(`cfn-lint did not answer in JSON. It said: ${(stderr || stdout).trim()}`, { cause });
  }
}

interface Reported {
  readonly Rule: { readonly Id: string };
  readonly Message: string;
  readonly Filename: string;
  readonly Location: { readonly Path?: readonly (string | number)[] | null };
}

function parseFindings(json: string): LintFinding[] {
  const reported: Reported[] = JSON.parse(json);
  return reported.map(({ Rule, Message, Filename, Location }) => ({
    rule: Rule.Id,
    message: Message,
    file: Filename,
    path: (Location.Path ?? []).join('/'),
  }));
}

/** What counts, and what is left out of account. */
export function sortFindings(findings: readonly LintFinding[], ignored: readonly IgnoredRule[] = IGNORED) {
  const isIgnored = ({ rule, message }: LintFinding) =>
    ignored.some((entry) => entry.rule === rule && entry.message.test(message));
  return { counting: findings.filter((finding) => !isIgnored(finding)), left: findings.filter(isIgnored) };
}
