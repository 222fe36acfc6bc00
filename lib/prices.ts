/**
 * AWS's prices in US dollars: us-east-1, on demand, without free tiers, from AWS's price pages as of August 2026.
 * Other regions cost a few percent more. All costs in this project are calculated with these.
 */
export const PRICES = {
  /** Secrets Manager: a secret a month, and a call. */
  secretMonth: 0.4,
  secretsManagerCall: 0.05 / 10_000,
  /** DynamoDB on demand: a write of up to 1 KB, a consistent read of up to 4 KB, and a gigabyte a month. */
  tableWriteUnit: 0.625 / 1_000_000,
  tableReadUnit: 0.125 / 1_000_000,
  tableGigabyteMonth: 0.25,
  /** Lambda on arm64: a gigabyte-second, and a run. */
  lambdaGbSecond: 0.0000133334,
  lambdaRun: 0.2 / 1_000_000,
  /** SQS FIFO: a request. */
  sqsFifoRequest: 0.5 / 1_000_000,
  /** CloudWatch: a custom metric, each metric in an alarm, and a dashboard a month; a gigabyte of log. */
  metricMonth: 0.3,
  alarmMetricMonth: 0.1,
  dashboardMonth: 3,
  logGigabyte: 0.5,
} as const;
