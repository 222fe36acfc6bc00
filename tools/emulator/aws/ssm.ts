import type { GetParameterRequest, PutParameterRequest } from '@aws-sdk/client-ssm';
import { type Account, regionalArn } from './account';
import { AwsError } from './aws-error';
import type { JsonOperations } from './json-protocol';

/** Parameter with the version of the CDK bootstrap stack. */
const BOOTSTRAP_VERSION = /^\/cdk-bootstrap\/[\w-]+\/version$/;

/** A recent version, because the CLI refuses old ones. */
const BOOTSTRAPPED = 33;

/** Maximum length of a standard parameter; larger ones are advanced (AWS's documentation). */
const MOST_STANDARD = 4_096;
const MOST_ADVANCED = 8_192;

interface Parameter {
  readonly value: string;
  readonly version: number;
  readonly changedAtMs: number;
}

/** SSM's parameter store, with string parameters. */
export class ParameterStore {
  readonly #account: Account;
  readonly #clock: () => number;
  readonly #byName = new Map<string, Parameter>();

  readonly #bootstrapVersion: number;

  /**
   * @param clock milliseconds since 1970
   * @param bootstrapVersion version of the CDK bootstrap stack, for any qualifier; 0 if there is none
   */
  constructor(account: Account, clock: () => number, bootstrapVersion = BOOTSTRAPPED) {
    this.#account = account;
    this.#clock = clock;
    this.#bootstrapVersion = bootstrapVersion;
  }

  readonly operations: JsonOperations = {
    GetParameter: ({ Name = '' }: GetParameterRequest) => ({ Parameter: this.#show(Name) }),
    PutParameter: (request: PutParameterRequest) => this.#put(request),
  };

  /** Creates or changes a parameter. */
  set(name: string, value: string): void {
    const version = (this.#byName.get(name)?.version ?? 0) + 1;
    this.#byName.set(name, { value, version, changedAtMs: this.#clock() });
  }

  value(name: string): string | undefined {
    const bootstrapVersion = this.#bootstrapVersion > 0 && BOOTSTRAP_VERSION.test(name);
    return this.#byName.get(name)?.value ?? (bootstrapVersion ? String(this.#bootstrapVersion) : undefined);
  }

  remove(name: string): void {
    this.#byName.delete(name);
  }

  #show(name: string) {
    const value = this.value(name);
    if (value === undefined) throw new AwsError('ParameterNotFound', `SSM parameter ${name} does not exist.`);
    const { version, changedAtMs } = this.#byName.get(name) ?? { version: 1, changedAtMs: 0 };
    return {
      Name: name,
      Type: 'String',
      Value: value,
      Version: version,
      LastModifiedDate: changedAtMs / 1000,
      ARN: regionalArn(this.#account, 'ssm', `parameter/${name.replace(/^\//, '')}`),
      DataType: 'text',
    };
  }

  #put({ Name = '', Value = '', Overwrite = false, Tier = 'Standard', Type }: PutParameterRequest) {
    const known = this.#byName.get(Name);
    if (!known && Type === undefined) {
      throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
    }
    if (known && !Overwrite) {
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    if (Value === '') throw new AwsError('ValidationException', 'Value must have a length of at least 1.');
    const most = Tier === 'Standard' ? MOST_STANDARD : MOST_ADVANCED;
    if (Value.length > most) {
      throw new AwsError('ValidationException', `Parameters of the tier ${Tier} have at most ${most} characters.`);
    }
    this.set(Name, Value);
    return { Version: this.#byName.get(Name)?.version, Tier: Value.length > MOST_STANDARD ? 'Advanced' : 'Standard' };
  }
}
