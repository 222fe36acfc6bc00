// Yours: edit it as you like. An upgrade of the template leaves it as it is.
import type { AddResources } from './add-resources';

/**
 * Your own AWS resources, in the stack of each stage and region. See docs/own-resources.md.
 *
 *   import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
 *
 *   const seen = new Table(stack, 'Seen', {
 *     partitionKey: { name: 'id', type: AttributeType.STRING },
 *     billingMode: BillingMode.PAY_PER_REQUEST,
 *   });
 *   const worker = remote.worker?.function;
 *   if (worker) {
 *     seen.grantReadWriteData(worker);
 *     worker.addEnvironment('SEEN_TABLE', seen.tableName); // process.env.SEEN_TABLE in lambda/job.ts
 *   }
 */
export const addResources: AddResources = () => {};
