let resolve: () => void;

/** Resolved by {@link callIsProven}, by the first call that is. */
export const firstProof = new Promise<void>((done) => {
  resolve = done;
});

/** To be told when a call is proven: what waits for that may run. */
export const callIsProven = (): void => resolve();
