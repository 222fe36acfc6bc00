// First: nothing below runs before the gate is open. Only outages need this file.
import './sdk-gate';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { KeptKeySetLocation } from '../contract/settings';
import { CLIENT_SETTINGS } from '../slots/slot-writer';

/**
 * Time for it, in milliseconds. It comes after the key server's timeout, and before what a call is answered in: a call that
 * isn't answered at all has no line in the log.
 */
const TIMEOUT_MS = 1_500;

/** The parameter in which the monitor keeps the key set for an outage of the key server. */
export async function readKeptKeySet({ parameterName }: KeptKeySetLocation): Promise<string> {
  const command = new GetParameterCommand({ Name: parameterName });
  const abortSignal = AbortSignal.timeout(TIMEOUT_MS);
  const { Parameter } = await new SSMClient(CLIENT_SETTINGS).send(command, { abortSignal });
  return Parameter?.Value ?? '';
}
