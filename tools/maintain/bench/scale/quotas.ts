/**
 * AWS's quotas by default, for an account in one region, as published in August 2026. None of Secrets Manager's rates
 * can be raised; the others can. Sources: "AWS Secrets Manager quotas"
 * (docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html), and "AWS Secrets Manager increases API
 * requests per second" of 2022-11-11 (lists) and 2025-03-04 (reads; DescribeSecret has had 40,000 of its own since, and
 * is counted here with GetSecretValue, as the quotas page has it); "Lambda quotas"; "Amazon SQS message quotas".
 */
export const QUOTAS = {
  /** PutSecretValue and UpdateSecretVersionStage together, in a second. */
  writesPerSecond: 50,
  /** CreateSecret, in a second. */
  createsPerSecond: 50,
  /** DescribeSecret and GetSecretValue together, in a second. */
  readsPerSecond: 10_000,
  /** ListSecrets, in a second. */
  listsPerSecond: 100,
  /**
   * Units in a second that a new table on demand takes at once ("DynamoDB on-demand capacity mode", initial throughput);
   * it grows to twice its last peak, up to 40,000 of each by default.
   */
  writeUnitsOfNewTable: 4_000,
  readUnitsOfNewTable: 12_000,
  secrets: 500_000,
  /** About: unlabelled versions above it are removed, and none that is younger than 24 hours. */
  versionsOfSecret: 100,
  /** Executions of all functions of the account at the same time. */
  lambdaConcurrency: 1_000,
  /**
   * SendMessage, ReceiveMessage and DeleteMessage of a FIFO queue with high throughput, each, in a second: in us-east-1;
   * in eu-central-1 it is 19,000, elsewhere it may be less.
   */
  sqsFifoPerSecond: 70_000,
} as const;
