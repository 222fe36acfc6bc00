/**
 * The AWS SDK is most of the receiver's code, and an hourly call is a cold start. So the code is read while the key server
 * is waited for; and no stranger makes it run, which would cost a refused call 30 ms and more.
 *
 * Both come from one trick. services.ts imports sdk-gate-wait.ts first, and that waits, at its top level, for
 * {@link openSdkGate}. Importing services.ts then reads, compiles and links the SDK, and runs nothing of it until the gate
 * is open. That holds as long as each file of the bundle with SDK in it has the wait in front of it, or imports one that
 * has: tools/maintain/test/bundle/sdk-gate.test.ts looks at the files, and counts what has run.
 */
let open: () => void;

/** Settles when the gate is open. */
export const sdkGate = new Promise<void>((resolve) => {
  open = resolve;
});

/** Lets the SDK run: a call is proven, or the key server has failed and the kept key set has to be read. */
export const openSdkGate = (): void => open();

/**
 * Calls `read` once a token is plausible and the key server is waited for. Sooner would be in the way of the request for
 * the keys, since reading code keeps the process busy. Once the answer is there, nothing is gained by it any more.
 */
export function createReadAhead(read: () => void) {
  let isPlausible = false;
  let isWaiting = false;
  const check = () => {
    if (isPlausible && isWaiting) read();
  };
  return {
    onPlausible: () => {
      isPlausible = true;
      check();
    },
    onWaiting: () => {
      isWaiting = true;
      check();
    },
    onAnswer: () => {
      isWaiting = false;
    },
  };
}
