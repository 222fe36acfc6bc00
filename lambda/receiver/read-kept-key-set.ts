// First: nothing below runs before the gate is open. A file of its own, which is read in an outage only.
import './sdk-gate';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { KeptKeySetLocation } from '../contract/settings';
import { type KeptKeySet, parseKeptKeySet } from '../forge/kept-key-set';
import { CLIENT_SETTINGS } from '../slots/slot-writer';

/** The key set that the monitor keeps for an outage of the key server; `undefined` when there is none. */
export async function readKeptKeySet({ parameterName }: KeptKeySetLocation): Promise<KeptKeySet | undefined> {
  const command = new GetParameterCommand({ Name: parameterName });
  const { Parameter } = await new SSMClient(CLIENT_SETTINGS).send(command);
  return parseKeptKeySet(Parameter?.Value ?? '');
}
