import type { Context, SQSEvent } from 'aws-lambda';
import { createUserTokens } from '../atlassian/user-tokens';
import { parseWorkerVariables } from '../contract/background-settings';
import { job } from '../job';
import { createSlotReader } from '../slots/slot-reader';
import { createTokenSource, SETTLING_MS } from '../slots/token-source';
import { createGiveUp } from './give-up';
import { handleBatch, type WorkerDependencies } from './handler';
import { createWorkerReports } from './report';

const { slots, maxAttempts, deadLettersUrl, remoteName } = parseWorkerVariables(process.env);

const dependencies: WorkerDependencies = {
  job,
  // Kept between runs: one read of a slot lasts until its token is about to expire.
  tokens: createTokenSource(createSlotReader(slots), { settlingMs: SETTLING_MS }),
  userTokens: createUserTokens(),
  maxAttempts,
  giveUp: createGiveUp(deadLettersUrl),
  ...createWorkerReports(remoteName),
  now: Date.now,
};

/** The Lambda function behind the queue. */
export const handler = (event: SQSEvent, context: Context) => handleBatch(event, context, dependencies);
