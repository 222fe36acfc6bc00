import { bundleFunction, startBundle } from '../../../../test/support/bundle';
import type { FunctionProcess } from '../../../emulator/function-url/function-process';
import type { Fleet } from '../support/fleet';

export interface FunctionOfFleet {
  readonly maxInstances: number;
  /** @default the one that the fleet has for it */
  readonly environment?: Readonly<Record<string, string>>;
  /** @default the log is dropped */
  readonly onLog?: (line: string) => void;
}

/** Starts a function of the fleet, as it is deployed: in processes of its own, with its role. */
export async function startFunctionOf(
  fleet: Fleet,
  name: 'receiver' | 'worker',
  options: FunctionOfFleet,
): Promise<FunctionProcess> {
  const { files } = await bundleFunction(name, [], fleet.service);
  return await startBundle({
    name,
    files,
    environment: fleet.environment[name],
    awsEndpointUrl: fleet.aws.url,
    credentials: fleet.credentials[name],
    timeoutSeconds: 30,
    ...options,
  });
}
