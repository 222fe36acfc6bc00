import { isLifecycleEvent, LIFECYCLE_EVENTS } from '../../lambda/contract/routes';
import { closest } from './did-you-mean';

/** The shape of every product event, such as `avi:confluence:created:page` or `avi:confluence:created:space:V2`. */
const PRODUCT_EVENT = /^avi:[a-z][a-z.-]*(:[A-Za-z0-9_-]+){2,}$/;

/**
 * What is wrong with `event` as the name of an event; `undefined` when nothing is.
 *
 * Forge accepts any name and never fires an event that it doesn't have. Product events come and go, so only their shape
 * is looked at.
 */
export function eventProblem(event: string): string | undefined {
  if (!PRODUCT_EVENT.test(event)) return 'An event is called avi:<product>:<action>:<entity>.';
  if (!event.startsWith('avi:forge:') || isLifecycleEvent(event)) return undefined;
  if (event.includes('uninstall')) return 'There is no such event. Use the preUninstall module.';
  const guess = closest(event, LIFECYCLE_EVENTS);
  const hint = guess === undefined ? '' : ` Did you mean ${guess}?`;
  return `Of an app itself there are ${LIFECYCLE_EVENTS.join(' and ')}.${hint}`;
}
