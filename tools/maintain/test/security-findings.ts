import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, type IApplyRule, NagRuleCompliance } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/** A rule that something breaks, or that a reason was given for: `AwsSolutions-SMG4 at stack/Slot/Secret`. */
const nameOf = (rule: string, path: string) => `${rule} at ${path}`;

interface Excuse {
  readonly rule: string;
  /** Path of the construct that it was given for; it holds for everything in it. */
  readonly path: string;
  readonly reason: string;
}

export interface SecurityFindings {
  /** What breaks a rule, with no reason why it may. */
  readonly unexcused: readonly string[];
  /** Reasons given where nothing breaks the rule. */
  readonly needless: readonly string[];
  readonly excuses: readonly Excuse[];
}

/** Applies cdk-nag's rules AwsSolutions to everything in `scope`. */
export function securityFindings(scope: IConstruct): SecurityFindings {
  const checks = new RecordedChecks();
  checks.validateScope(scope);
  const excuses = scope.node.findAll().flatMap(excusesOf);
  const excuseFor = ({ rule, path }: Finding) =>
    excuses.find((excuse) => excuse.rule === rule && `${path}/`.startsWith(`${excuse.path}/`));
  const needed = new Set(checks.findings.map(excuseFor));
  return {
    unexcused: checks.findings.filter((finding) => !excuseFor(finding)).map(({ rule, path }) => nameOf(rule, path)),
    needless: excuses.filter((excuse) => !needed.has(excuse)).map(({ rule, path }) => nameOf(rule, path)),
    excuses,
  };
}

interface Finding {
  readonly rule: string;
  readonly path: string;
}

/** cdk-nag's rules, with all that they find: by itself cdk-nag keeps silent about what is excused. */
class RecordedChecks extends AwsSolutionsChecks {
  readonly findings: Finding[] = [];

  protected override applyRule(params: IApplyRule): void {
    const rule = `${this.readPackName}-${params.ruleSuffixOverride ?? params.rule.name}`;
    const { path } = params.node.node;
    for (const detail of detailsOf(params)) this.findings.push({ rule: rule + detail, path });
  }
}

/** `[]`: the rule is kept. Some rules say what exactly breaks them, others only that something does. */
function detailsOf({ rule, node }: IApplyRule): string[] {
  try {
    const result = rule(node);
    if (Array.isArray(result)) return result.map((detail) => `[${detail}]`);
    return result === NagRuleCompliance.NON_COMPLIANT ? [''] : [];
  } catch {
    // A rule that can't be applied counts as broken, as it does for cdk-nag.
    return [''];
  }
}

/** Each once, however often it was given. */
function excusesOf({ node }: IConstruct): Excuse[] {
  const given = node.metadata
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries<string>(data))
    // CDK takes every id for that of an annotation.
    .map(([id, reason]): [string, string] => [id.replace(/^annotation::/i, ''), reason])
    .filter(([rule]) => rule.startsWith('AwsSolutions-'));
  return Object.entries(Object.fromEntries(given)).map(([rule, reason]) => ({ rule, path: node.path, reason }));
}
