import { explainPackage } from './packages';

// First: Node reads the source maps of what is loaded after this. An error in the log names lambda/job.ts and its line.
process.setSourceMapsEnabled(true);

/** The Lambda function behind the queue. */
export const { handler } = await import('./worker').catch((error: unknown) => {
  throw explainPackage(error);
});
