/**
 * Stands in for parts of the AWS SDK that a bundle has no use for (lib/bundling.ts). The SDK imports them with `import()`
 * at the moment that it needs them, so nothing notices that they are gone until then:
 *
 * - `@smithy/core/event-streams`: for operations that answer with a stream of events, of which none is called here.
 * - `bowser`: tells browsers apart.
 */
throw new Error(
  'A part of the AWS SDK that was left out of the bundle is needed after all. Take its line out of ALIASES in ' +
    'lib/bundling.ts, and deploy again.',
);

export {};
