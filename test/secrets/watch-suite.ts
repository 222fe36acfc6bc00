/**
 * Watches over every test file, as jest is told by its configuration: whatever the file logs, and whatever errors are
 * made while it runs, must have none of its tokens in it.
 */
import { format } from 'node:util';
import { CompactSign } from 'jose/jws/compact/sign';
import { SignJWT } from 'jose/jwt/sign';
import { suiteWatch } from './token-watch';

// Every token of the simulated Forge and of the test helpers is signed by one of these two.
for (const { prototype } of [SignJWT, CompactSign]) {
  const { sign } = prototype;
  prototype.sign = async function (this: SignJWT & CompactSign, ...args) {
    const token = await sign.apply(this, args);
    suiteWatch.issued(token);
    return token;
  };
}

const streams = [
  { where: 'stdout', stream: process.stdout, write: process.stdout.write },
  { where: 'stderr', stream: process.stderr, write: process.stderr.write },
] as const;
for (const { where, stream, write } of streams) {
  stream.write = (...args: unknown[]) => {
    suiteWatch.said(where, String(args[0]));
    return Reflect.apply(write, stream, args);
  };
}

for (const method of ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const) {
  const print = console[method].bind(console);
  console[method] = (...values: unknown[]) => {
    suiteWatch.said(`console.${method}`, format(...values));
    print(...values);
  };
}

// All errors of this project and of the libraries in it are made here. Those that Node makes itself show up in the
// messages and causes of these, or nowhere.
const note = (error: Error) => {
  suiteWatch.made(error);
  return error;
};
globalThis.Error = new Proxy(Error, {
  construct: (target, args, newTarget) => note(Reflect.construct(target, args, newTarget)),
  apply: (target, self, args) => note(Reflect.apply(target, self, args)),
});

afterAll(() => {
  // The streams outlive this file: the worker runs the next one with them.
  for (const { stream, write } of streams) stream.write = write;
  expect(suiteWatch.leaks()).toEqual([]);
});
