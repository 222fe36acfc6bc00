import { explainPackage } from './packages';

// First, because Node reads only source maps of modules loaded later. Errors in the log then name lambda/job.ts and its line.
process.setSourceMapsEnabled(true);

/** The Lambda function behind the queue. */
export const { handler } = await import('./worker').catch((error: unknown) => {
  throw explainPackage(error);
});
