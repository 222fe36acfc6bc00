import { firstProof } from './proof';

// A module that imports this one first is read, compiled and put together when it is imported, and runs only once a
// call is proven. What takes its time is done while the keys are on their way, and yet no stranger makes the AWS SDK
// run. That holds as long as whatever must not run yet is bundled into one file with this wait, behind it: a test in
// test/bundle/ counts what has run.
await firstProof;
