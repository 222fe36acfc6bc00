/**
 * Stands in for parts of the AWS SDK that no bundle uses (lib/bundling.ts). The SDK loads them with `import()` on demand:
 *
 * - `@smithy/core/event-streams`: for operations that return a stream of events.
 * - `bowser`: detects browsers.
 */
throw new Error(
  'The bundle lacks a part of the AWS SDK that is needed. Remove its line from ALIASES in ' +
    'lib/bundling.ts, and deploy again.',
);

export {};
