/** A failed invocation: the function threw, died, or took too long. */
export class FunctionError extends Error {
  /** @param errorType the error's name, or one of Lambda's own such as `Sandbox.Timedout` and `Runtime.ExitError` */
  constructor(
    readonly errorType: string,
    message: string,
  ) {
    super(message);
    this.name = 'FunctionError';
  }
}
