import { AwsError } from '../../tools/emulator/aws/aws-error';
import type { JsonOperations } from '../../tools/emulator/aws/json-protocol';

/** Stands around each call: delays it, or throws in its place. */
export type AroundCall = (operation: string, call: () => unknown, signal: AbortSignal | undefined) => Promise<unknown>;

/**
 * A client of the AWS SDK, as far as `send` goes, that calls an emulated service in this process: without HTTP, so that its
 * calls take no time but that of `around`.
 */
export function directClient<Client>(operations: JsonOperations, around: AroundCall): Client {
  return {
    async send(
      command: { readonly constructor: { readonly name: string }; readonly input: never },
      options: { readonly abortSignal?: AbortSignal } = {},
    ) {
      const operation = command.constructor.name.replace(/Command$/, '');
      try {
        return await around(operation, () => operations[operation]?.(command.input), options.abortSignal);
      } catch (error) {
        throw error instanceof AwsError ? Object.assign(new Error(error.message), { name: error.code }) : error;
      }
    },
  } as Client;
}
