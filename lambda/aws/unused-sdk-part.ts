/**
 * Stands in for parts of the AWS SDK that no bundle uses (lib/bundling.ts). The SDK imports them with `import()` when it
 * needs them:
 *
 * - `@smithy/core/event-streams`: for operations that answer with a stream of events; no function calls one.
 * - `bowser`: tells browsers apart.
 */
throw new Error(
  'A part of the AWS SDK that was left out of the bundle is needed after all. Take its line out of ALIASES in ' +
    'lib/bundling.ts, and deploy again.',
);

export {};
