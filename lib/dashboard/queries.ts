/** A saved query of CloudWatch Logs Insights. Replace the words in capitals before you run it. */
export interface SavedQuery {
  readonly name: string;
  /** The functions whose logs it reads. */
  readonly of: readonly ('receiver' | 'worker' | 'monitor')[];
  readonly lines: readonly string[];
}

/** The latest refused calls. The dashboard also shows them. */
export const LAST_REFUSALS: readonly string[] = [
  'fields @timestamp, reason, detail, installation, traceId',
  'filter ispresent(reason)',
  'sort @timestamp desc',
  'limit 20',
];

/** Queries for an on-call engineer, ready to run. */
export const SAVED_QUERIES: readonly SavedQuery[] = [
  {
    name: 'Refusals by reason',
    of: ['receiver'],
    lines: [
      'filter ispresent(reason)',
      'stats count(*) as calls, max(@timestamp) as last, latest(detail) as lastDetail, latest(installation) as lastInstallation by reason',
      'sort calls desc',
    ],
  },
  {
    name: 'Last invocations of an installation',
    of: ['receiver', 'worker'],
    lines: [
      'fields @timestamp, message, outcome, reason, detail, attempt, durationMs, traceId',
      'filter installation like "INSTALLATION-UUID"',
      'sort @timestamp desc',
      'limit 100',
    ],
  },
  {
    name: 'A trace through receiver, queue and worker',
    of: ['receiver', 'worker'],
    lines: [
      'fields @timestamp, service, message, outcome, reason, detail, attempt, durationMs, installation',
      'filter traceId = "TRACE-ID"',
      'sort @timestamp asc',
    ],
  },
  {
    name: 'Installations of a site',
    of: ['receiver'],
    lines: [
      'fields @timestamp, outcome, installation, environment',
      'filter @message like "CLOUD-ID" and outcome in ["stored", "reinstalled", "rebound", "removed", "released"]',
      'stats min(@timestamp) as first, max(@timestamp) as last, latest(outcome) as lastOutcome by installation, environment',
      'sort last desc',
    ],
  },
  {
    name: 'Slowest calls',
    of: ['receiver'],
    lines: [
      'fields @timestamp, durationMs, outcome, reason, detail, traceId',
      'filter ispresent(durationMs)',
      'sort durationMs desc',
      'limit 20',
    ],
  },
  {
    name: 'Late and expired installations',
    of: ['monitor'],
    lines: [
      'fields @timestamp, message, minTokenSecondsLeft, @message',
      'filter slots.late > 0 or slots.expired > 0',
      'sort @timestamp desc',
      'limit 10',
    ],
  },
];
