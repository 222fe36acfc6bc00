/**
 * AWS's prices in US dollars: us-east-1, on demand, without free tiers, from AWS's price pages in August 2026. Other
 * regions cost a few percent more. All costs in this project are calculated from these prices.
 */
export const PRICES = {
  /** Secrets Manager: per secret and month, and per call. */
  secretMonth: 0.4,
  secretsManagerCall: 0.05 / 10_000,
  /** DynamoDB on demand: per write of up to 1 KB, per consistent read of up to 4 KB, and per gigabyte and month. */
  tableWriteUnit: 0.625 / 1_000_000,
  tableReadUnit: 0.125 / 1_000_000,
  tableGigabyteMonth: 0.25,
  /** Lambda on arm64: per gigabyte-second, and per run. */
  lambdaGbSecond: 0.0000133334,
  lambdaRun: 0.2 / 1_000_000,
  /** SQS FIFO: per request. */
  sqsFifoRequest: 0.5 / 1_000_000,
  /** CloudWatch: per custom metric, per metric in an alarm, and per dashboard, each per month; per gigabyte of logs. */
  metricMonth: 0.3,
  alarmMetricMonth: 0.1,
  dashboardMonth: 3,
  logGigabyte: 0.5,
} as const;
