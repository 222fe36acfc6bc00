import { Refusal } from '../refusal';
import { asError } from '../thrown';

/** The SDK's messages name operations and resources, never what is stored. */
export function unavailable(thrown: unknown): never {
  const { name, message } = asError(thrown);
  throw new Refusal('slot-unavailable', `${name}: ${message}`, { cause: thrown });
}
