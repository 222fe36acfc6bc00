import { asError, codeOf } from '../values';

/** Node's error codes for a missing file, module or native addon. */
const MISSING = ['ENOENT', 'MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED'];

/**
 * The error. If a package misses a file beside its own code, the message also says what to do: the bundle has only code.
 */
export function explainPackage(thrown: unknown): Error {
  const error = asError(thrown);
  const { stack = '' } = error;
  const name = /node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)\//.exec(stack)?.groups?.name;
  if (name === undefined || !MISSING.includes(codeOf(error) ?? '')) return error;
  const message =
    `${error.message}. The package ${name} reads a file beside its own code, or a native addon, which is not in the ` +
    'bundle. Use another package, or move this work to a function of its own: see docs/own-resources.md.';
  error.stack = stack.replace(error.message, message);
  error.message = message;
  return error;
}
