// Yours: edit it as you like. An upgrade of the template leaves it as it is.
import type { AddResources } from './add-resources';

/**
 * Your own AWS resources, in the stack of each stage and region. See docs/own-resources.md.
 *
 *   const seen = new Table(stack, 'Seen', { partitionKey: { name: 'id', type: AttributeType.STRING } });
 *   const worker = remote.worker?.function;
 *   if (worker) {
 *     seen.grantReadWriteData(worker);
 *     worker.addEnvironment('SEEN_TABLE', seen.tableName); // process.env.SEEN_TABLE in lambda/job.ts
 *   }
 */
export const addResources: AddResources = () => {};
