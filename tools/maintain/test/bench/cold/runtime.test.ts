import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ownRuntime } from '../../../../emulator/function-url/own-runtime';
import { callCold } from '../../../bench/cold/runtime';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'bench-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const call = (code: string) => {
  writeFileSync(path.join(root, 'index.mjs'), code);
  const environment = { GREETING: 'good day' };
  return callCold(ownRuntime, { root, environment, awsEndpointUrl: 'http://127.0.0.1:9', event: { name: 'you' } });
};

test('a call has a process of its own, and its time counts from the start of the process', async () => {
  const code = `
    const startedAt = performance.now();
    while (performance.now() < startedAt + 100);
    let calls = 0;
    export const handler = async ({ name }) => ({ says: process.env.GREETING + ', ' + name, calls: ++calls, pid: process.pid });
  `;
  const [one, other] = [await call(code), await call(code)];
  expect(one.result).toEqual({ says: 'good day, you', calls: 1, pid: expect.any(Number) });
  expect(other.result).toEqual({ says: 'good day, you', calls: 1, pid: expect.any(Number) });
  expect(one.result).not.toEqual(other.result);
  expect(one.durationMs).toBeGreaterThan(100);
});

test.each([
  ['that throws', 'export const handler = async () => { throw new Error("no luck"); };', 'no luck'],
  ['that cannot be loaded', 'throw new Error("no start");', 'no start'],
  ['whose process ends', 'export const handler = () => process.exit(3);', 'ended with 3'],
])('a function %s is an error that says so', async (_, code, message) => {
  await expect(call(code)).rejects.toThrow(message);
});
