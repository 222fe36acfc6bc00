import { AlarmRule, AlarmState, CompositeAlarm, type IAlarmRule } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { GradedAlarm, Severity } from './add-alarms';

export interface SeverityAlarmsProps {
  readonly alarms: readonly GradedAlarm[];
  /** Are told when an alarm of their severity begins, while none was on. */
  readonly topics: Readonly<Record<Severity, readonly ITopic[]>>;
  /** What the alarms are about, for their descriptions: `remote "backend", stage prod`. */
  readonly subject: string;
}

/** What notifies: one alarm for all that wake somebody, and one for all that can wait. */
export class SeverityAlarms extends Construct {
  /** Absent for a severity that no alarm has. */
  readonly page?: CompositeAlarm;
  readonly ticket?: CompositeAlarm;

  /** Those of them that there are, the most urgent first. */
  get all(): readonly CompositeAlarm[] {
    return [this.page, this.ticket].filter((alarm) => alarm !== undefined);
  }

  constructor(scope: Construct, id: string, props: SeverityAlarmsProps) {
    super(scope, id);
    const page = this.addSeverity('page', 'Page', props);
    if (page) this.page = page;
    const ticket = this.addSeverity('ticket', 'Ticket', props);
    if (ticket) this.ticket = ticket;
  }

  private addSeverity(severity: Severity, id: string, props: SeverityAlarmsProps): CompositeAlarm | undefined {
    const alarms = props.alarms.filter((graded) => graded.severity === severity).map(({ alarm }) => alarm);
    if (alarms.length === 0) return undefined;
    const composite = new CompositeAlarm(this, id, {
      alarmRule: AlarmRule.anyOf(...alarms.map((alarm): IAlarmRule => AlarmRule.fromAlarm(alarm, AlarmState.ALARM))),
      alarmDescription: `${MEANING[severity]} Forge ${props.subject}. ${WHERE_TO_LOOK}`,
    });
    // Only the beginning is notified: a mail for "OK" would also come when the alarm is created.
    composite.addAlarmAction(...props.topics[severity].map((topic) => new SnsAction(topic)));
    return composite;
  }
}

const MEANING: Readonly<Record<Severity, string>> = {
  page: 'Look now: tokens run out, or nobody would notice that they do.',
  ticket: 'Look today: something fails, and the tokens are not in danger yet.',
};

const WHERE_TO_LOOK =
  'CloudWatch lists the alarms that are on as the children of this one. Each says what it means and what to do first, ' +
  'and has a row in docs/runbook.md. npm run doctor -- --stage <stage> shows the whole picture.';
