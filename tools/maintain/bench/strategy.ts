import type { FleetStrategy } from '../test/support/fleet';
import { UsageError } from './section';

/** The ways in which the slots of a fleet are kept, as config.ts calls them. The first one is the default. */
const STRATEGIES: readonly FleetStrategy[] = ['perInstallation', 'dynamodb'];

/** The strategy that an option names. @throws {UsageError} when it names none */
export function strategyNamed(text: string): FleetStrategy {
  const strategy = STRATEGIES.find((one) => one === text);
  if (strategy) return strategy;
  throw new UsageError(`--strategy is ${text}; allowed: ${STRATEGIES.join(', ')}`);
}
