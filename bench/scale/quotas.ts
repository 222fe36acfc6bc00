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
  secrets: 500_000,
  /** About: unlabelled versions above it are removed, and none that is younger than 24 hours. */
  versionsOfSecret: 100,
  /** Executions of all functions of the account at the same time. */
  lambdaConcurrency: 1_000,
  /** SendMessage, ReceiveMessage and DeleteMessage of a FIFO queue without high throughput, each, in a second. */
  sqsFifoPerSecond: 300,
} as const;
