/** An error of an AWS service. */
export class AwsError extends Error {
  /**
   * @param code such as `ResourceNotFoundException`; SDK clients use it as the error's name
   * @param status HTTP status. @default 400
   */
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** The error for anything that is not emulated. It names the feature, so that it can be added. */
export function notEmulated(what: string, emulated: readonly string[]): AwsError {
  const known = emulated.length > 0 ? ` Emulated here: ${emulated.join(', ')}.` : '';
  return new AwsError('NotEmulated', `not emulated: ${what}.${known} Add it in tools/emulator/aws.`, 501);
}
