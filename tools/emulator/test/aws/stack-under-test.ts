import type { EmulatedAws } from '../../aws/server';
import type { ResourceDeclaration, Template } from '../../aws/template';

const SIGNED = { authorization: 'Credential=testing/20260801/us-east-1/cloudformation/aws4_request' };

/** A stack of an emulated AWS, over HTTP as for the CDK CLI. */
export class StackUnderTest {
  readonly #aws: EmulatedAws;

  constructor(
    aws: EmulatedAws,
    readonly name = 'Tiny',
    /** ARN of CloudFormation's role. @default the caller's rights, here the administrator's */
    readonly roleArn?: string,
  ) {
    this.#aws = aws;
  }

  /** Puts code into S3 under the key that {@link functionNamed} names. */
  async putCode(): Promise<void> {
    await fetch(`${this.#aws.url}/assets/code.zip`, { method: 'PUT', body: 'zip bytes' });
  }

  async deploy(Resources: Template['Resources'], Outputs: NonNullable<Template['Outputs']> = {}): Promise<void> {
    const change = { StackName: this.name, ChangeSetName: 'change' };
    const role = this.roleArn === undefined ? undefined : { RoleARN: this.roleArn };
    await this.#call('CreateChangeSet', { ...change, ...role, TemplateBody: JSON.stringify({ Resources, Outputs }) });
    await this.#call('ExecuteChangeSet', change);
  }

  /** Switches termination protection on. */
  async protect(): Promise<void> {
    await this.#call('UpdateTerminationProtection', { StackName: this.name, EnableTerminationProtection: 'true' });
  }

  async delete(): Promise<void> {
    await this.#call('DeleteStack', { StackName: await this.id() });
  }

  async id(): Promise<string> {
    return element(await this.#call('DescribeStacks', {}), 'StackId') ?? this.name;
  }

  /** Its status, and the outputs by their keys. */
  async describe(id: string = this.name): Promise<{ status: string | undefined; outputs: Record<string, string> }> {
    const xml = await this.#call('DescribeStacks', { StackName: id });
    const outputs = [...xml.matchAll(/<OutputKey>(.*?)<\/OutputKey><OutputValue>(.*?)<\/OutputValue>/g)];
    return {
      status: element(xml, 'StackStatus'),
      outputs: Object.fromEntries(outputs.map(([, key = '', value = '']) => [key, value])),
    };
  }

  /** Events, oldest first: `<logical id> <status>`, with reasons. */
  async history(id: string = this.name): Promise<{ events: string[]; reasons: string }> {
    const xml = await this.#call('DescribeStackEvents', { StackName: id });
    const events = [...xml.matchAll(/<LogicalResourceId>(.*?)<.*?<ResourceStatus>(.*?)</g)];
    const reasons = [...xml.matchAll(/<ResourceStatusReason>(.*?)</g)];
    return {
      events: events.map(([, logicalId, status]) => `${logicalId} ${status}`).reverse(),
      reasons: reasons.map(([, reason]) => reason).join('\n'),
    };
  }

  async #call(Action: string, parameters: Record<string, string>): Promise<string> {
    const body = new URLSearchParams({ Action, ...parameters });
    return (await fetch(this.#aws.url, { method: 'POST', body, headers: SIGNED })).text();
  }
}

/** A function with the code of {@link StackUnderTest.putCode}. */
export const functionNamed = (name: string, more: Partial<ResourceDeclaration> = {}): ResourceDeclaration => ({
  Type: 'AWS::Lambda::Function',
  ...more,
  Properties: {
    FunctionName: name,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
    ...more.Properties,
  },
});

/** A role without rights that Lambda may assume. */
export const LAMBDA_ROLE: ResourceDeclaration = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
    },
  },
};

export const getAtt = (id: string, attribute: string) => ({ 'Fn::GetAtt': [id, attribute] });

const element = (xml: string, name: string) => new RegExp(`<${name}>(.*?)<`).exec(xml)?.[1];
