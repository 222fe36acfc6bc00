import { sdkGate } from './sdk-gate';

// What is imported after this module runs once the gate is open: sdk-gate.ts says why.
await sdkGate;
