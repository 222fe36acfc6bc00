/** A failed invocation: the function threw, exited or timed out. */
export class FunctionError extends Error {
  /** @param errorType name of the error, or Lambda's own such as `Sandbox.Timedout` or `Runtime.ExitError` */
  constructor(
    readonly errorType: string,
    message: string,
  ) {
    super(message);
    this.name = 'FunctionError';
  }
}
