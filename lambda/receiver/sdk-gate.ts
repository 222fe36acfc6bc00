/**
 * Keeps the AWS SDK from running before a call is proven. The SDK is most of the receiver's code, and an hourly call is a
 * cold start: the code should be read while the key server is waited for, but running it costs 30 ms and more, which no
 * stranger may cause.
 *
 * Each file that needs the SDK imports this one first. Importing such a file reads, compiles and links the SDK, but runs
 * nothing of it until index.ts opens the gate. tools/maintain/test/bundle/sdk-gate.test.ts proves it: no file of the
 * bundle has the SDK in front of the gate, and no refused call runs any of it.
 *
 * The gate is a global because index.ts, which opens it, would itself wait if it imported this file.
 */
declare global {
  var sdkGate: Promise<void> | undefined;
}

await globalThis.sdkGate;

export {};
