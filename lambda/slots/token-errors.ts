const NEXT_CALL =
  'Forge brings a token with its next scheduled call. If none comes within the interval in manifest.yml, look at the ' +
  "receiver's log and its metric Refused: is the app still installed, and is every call refused?";

/**
 * There is no valid token. Tell the kinds apart by `code`: a minified bundle renames classes. It carries no token and
 * nothing of a slot's value.
 */
export abstract class TokenError extends Error {
  abstract readonly code: 'SlotEmpty' | 'TokenExpired' | 'SlotBoundElsewhere' | 'SlotUnreadable' | 'SlotMalformed';

  /** @param slot name or ARN of the secret, or table and key of the item */
  constructor(
    readonly slot: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** There is no slot, it has no value yet, or its secret is scheduled for deletion. */
export class SlotEmpty extends TokenError {
  override readonly name = 'SlotEmpty';
  readonly code = 'SlotEmpty';

  /** @param found instead of a value */
  constructor(slot: string, found: 'no value' | 'scheduled for deletion') {
    super(
      slot,
      found === 'no value'
        ? `The slot ${slot} does not exist or holds no token yet. ${NEXT_CALL}`
        : `The slot ${slot} is scheduled for deletion, as after an uninstall. If the app is in use, restore it ` +
            `("aws secretsmanager restore-secret --secret-id ${slot}"). ${NEXT_CALL}`,
    );
  }
}

/** The slot's newest token has expired: no newer one was delivered. */
export class TokenExpired extends TokenError {
  override readonly name = 'TokenExpired';
  readonly code = 'TokenExpired';

  /** @param since when the token expired */
  constructor(
    slot: string,
    readonly since: Date,
  ) {
    super(slot, `The newest token in the slot ${slot} expired at ${since.toISOString()}. ${NEXT_CALL}`);
  }
}

/** The slot has the token of another installation. */
export class SlotBoundElsewhere extends TokenError {
  override readonly name = 'SlotBoundElsewhere';
  readonly code = 'SlotBoundElsewhere';

  /**
   * @param asked uuid of the installation whose token was asked for
   * @param boundTo uuid of the installation whose token is there
   * @param until when that token expires
   */
  constructor(
    slot: string,
    asked: string,
    readonly boundTo: string,
    readonly until: Date,
  ) {
    super(
      slot,
      `The slot ${slot} holds the token of installation ${boundTo} until ${until.toISOString()}, and the token of ` +
        `${asked} was asked for. Uninstall one of the two, or use the slot strategy perInstallation or dynamodb. After a ` +
        'reinstall, wait until the old token has expired.',
    );
  }
}

/** The service that a slot is in, and the right to read it. */
interface SlotAccess {
  readonly service: 'Secrets Manager' | 'DynamoDB';
  readonly right: string;
}

/** The service did not give the value: access denied, throttled, unreachable. `cause` says which. */
export class SlotUnreadable extends TokenError {
  override readonly name = 'SlotUnreadable';
  readonly code = 'SlotUnreadable';

  constructor(slot: string, cause: Error, { service, right }: SlotAccess) {
    super(
      slot,
      `${service} did not give the value of the slot ${slot}: ${cause.message}. If access is denied, the role ` +
        `lacks ${right} on the slot, or kms:Decrypt on its key. Otherwise try again later.`,
      { cause },
    );
  }
}

/** The receiver didn't write the slot's value: somebody did by hand. */
export class SlotMalformed extends TokenError {
  override readonly name = 'SlotMalformed';
  readonly code = 'SlotMalformed';

  /** @param problem what is wrong, without anything of the value */
  constructor(slot: string, problem: string) {
    super(
      slot,
      `The slot ${slot} was not written by the receiver: ${problem}. Nothing but the receiver may write it. ` +
        "The installation's next new token replaces what is there.",
    );
  }
}
