import type { DeployedFunction } from '../../aws/lambda';
import { type EmulatedAws, startAws } from '../../aws/server';
import type { JsonObject, ResourceDeclaration } from '../../aws/template';
import { functionNamed, getAtt, LAMBDA_ROLE, StackUnderTest } from './stack-under-test';

/** CloudFormation's request to a custom resource. */
interface CustomRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Record<string, unknown>;
  readonly OldResourceProperties?: Record<string, unknown>;
}

let aws: EmulatedAws;
let stack: StackUnderTest;
/** The function's requests, oldest first, and the state of AWS at that time. */
let asked: (CustomRequest & { readonly functions: string[] })[];
/** Overrides of a successful answer. `undefined`: no answer. */
let answer: (request: CustomRequest) => object | string | undefined | Promise<object>;

async function run({ name }: DeployedFunction, event: unknown): Promise<void> {
  const request = event as CustomRequest;
  asked.push({ ...request, functions: aws.functionNames() });
  expect(name).toBe('cleaner');
  const { RequestId, StackId, LogicalResourceId, PhysicalResourceId = 'physical-1' } = request;
  const answered = await answer(request);
  if (answered === undefined) return;
  const identity = { Status: 'SUCCESS', RequestId, StackId, LogicalResourceId, PhysicalResourceId };
  const body = typeof answered === 'string' ? answered : JSON.stringify({ ...identity, ...answered });
  await fetch(request.ResponseURL, { method: 'PUT', body });
}

beforeEach(async () => {
  asked = [];
  answer = () => ({});
  aws = await startAws({ run, customResourceTimeoutMs: 2_000 });
  stack = new StackUnderTest(aws);
  await stack.putCode();
});

afterEach(() => aws.stop());

const Role = LAMBDA_ROLE;
const Policy: ResourceDeclaration = {
  Type: 'AWS::IAM::Policy',
  Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: [] } },
};
const Cleaner = functionNamed('cleaner', { DependsOn: 'Policy', Properties: { Role: getAtt('Role', 'Arn') } });
const custom = (properties: JsonObject = {}): ResourceDeclaration => ({
  Type: 'Custom::Cleanup',
  Properties: { ServiceToken: getAtt('Cleaner', 'Arn'), ...properties },
});

/** What a custom resource needs. It comes first in the template, so that the order is tested. */
const withCleanup = (properties: JsonObject = {}) => ({ Cleanup: custom(properties), Cleaner, Policy, Role });

const types = () => asked.map(({ RequestType }) => RequestType);

test('the creation invokes its function, and the template can refer to the answer', async () => {
  answer = () => ({ Data: { Answer: 'forty-two', Count: 42 } });
  await stack.deploy(withCleanup({ Prefix: 'forge/dev', Limit: 10, Nested: { On: true } }), {
    Id: { Value: { Ref: 'Cleanup' } },
    Answer: { Value: getAtt('Cleanup', 'Answer') },
    Count: { Value: getAtt('Cleanup', 'Count') },
  });
  await expect(stack.describe()).resolves.toEqual({
    status: 'CREATE_COMPLETE',
    outputs: { Id: 'physical-1', Answer: 'forty-two', Count: '42' },
  });
  const ServiceToken = 'arn:aws:lambda:us-east-1:123456789012:function:cleaner';
  expect(asked).toEqual([
    {
      RequestType: 'Create',
      RequestId: expect.any(String),
      ResponseURL: expect.stringContaining(`${aws.url}/`),
      StackId: expect.stringContaining(':stack/Tiny/'),
      LogicalResourceId: 'Cleanup',
      ResourceType: 'Custom::Cleanup',
      ServiceToken,
      // Text, whatever the template has.
      ResourceProperties: { ServiceToken, Prefix: 'forge/dev', Limit: '10', Nested: { On: 'true' } },
      functions: ['cleaner'],
    },
  ]);
});

test('the type AWS::CloudFormation::CustomResource works the same', async () => {
  await stack.deploy({ ...withCleanup(), Cleanup: { ...custom(), Type: 'AWS::CloudFormation::CustomResource' } });
  expect(types()).toEqual(['Create']);
});

test('an update has old and new properties; without a change there is none', async () => {
  await stack.deploy(withCleanup({ Prefix: 'one' }));
  await stack.deploy(withCleanup({ Prefix: 'one' }));
  await stack.deploy(withCleanup({ Prefix: 'two' }));
  expect(types()).toEqual(['Create', 'Update']);
  expect(asked.at(-1)).toMatchObject({
    PhysicalResourceId: 'physical-1',
    ResourceProperties: { Prefix: 'two' },
    OldResourceProperties: { Prefix: 'one' },
  });
});

test('an update that answers with another id replaces the resource', async () => {
  await stack.deploy(withCleanup({ Prefix: 'one' }));
  answer = ({ RequestType }) => (RequestType === 'Update' ? { PhysicalResourceId: 'physical-2' } : {});
  await stack.deploy(withCleanup({ Prefix: 'two' }), { Id: { Value: { Ref: 'Cleanup' } } });
  expect((await stack.describe()).outputs).toEqual({ Id: 'physical-2' });
  expect(types()).toEqual(['Create', 'Update', 'Delete']);
  expect(asked.at(-1)).toMatchObject({ PhysicalResourceId: 'physical-1', ResourceProperties: { Prefix: 'one' } });
});

describe('when the stack is deleted', () => {
  test('it is deleted before its function, role and policy', async () => {
    await stack.deploy(withCleanup({ Prefix: 'one' }));
    const id = await stack.id();
    await stack.delete();
    expect(asked.at(-1)).toMatchObject({
      RequestType: 'Delete',
      PhysicalResourceId: 'physical-1',
      ResourceProperties: { Prefix: 'one' },
      functions: ['cleaner'],
    });
    const { events } = await stack.history(id);
    expect(events.filter((event) => event.endsWith('DELETE_COMPLETE'))).toEqual([
      'Cleanup DELETE_COMPLETE',
      'Cleaner DELETE_COMPLETE',
      'Policy DELETE_COMPLETE',
      'Role DELETE_COMPLETE',
      'Tiny DELETE_COMPLETE',
    ]);
  });

  test('also if an update has made it depend on a later resource', async () => {
    await stack.deploy({ Cleanup: { Type: 'AWS::SNS::Topic' }, Role, Policy });
    await stack.deploy(withCleanup());
    await stack.delete();
    expect(asked.at(-1)).toMatchObject({ RequestType: 'Delete', functions: ['cleaner'] });
  });

  test('a failure keeps it and its dependencies for another try', async () => {
    await stack.deploy(withCleanup());
    answer = () => ({ Status: 'FAILED', Reason: 'not now' });
    await stack.delete();
    expect((await stack.describe()).status).toBe('DELETE_FAILED');
    expect((await stack.history()).reasons).toContain('Message returned: not now');
    expect(aws.functionNames()).toEqual(['cleaner']);
    answer = () => ({});
    const id = await stack.id();
    await stack.delete();
    expect((await stack.describe(id)).status).toBe('DELETE_COMPLETE');
    expect(aws.functionNames()).toEqual([]);
  });
});

test('when an update fails after it, it gets its old properties again', async () => {
  await stack.deploy(withCleanup({ Prefix: 'one' }));
  await stack.deploy({
    ...withCleanup({ Prefix: 'two' }),
    Odd: { Type: 'AWS::SQS::Queue', Properties: { ContentBasedDeduplication: true }, DependsOn: 'Cleanup' },
  });
  expect((await stack.describe()).status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(types()).toEqual(['Create', 'Update', 'Update']);
  expect(asked.at(-1)).toMatchObject({
    ResourceProperties: { Prefix: 'one' },
    OldResourceProperties: { Prefix: 'two' },
  });
});

test('a failed rollback shows in the status', async () => {
  await stack.deploy(withCleanup({ Prefix: 'one' }));
  answer = () => ({ Status: 'FAILED', Reason: 'never again' });
  await stack.deploy(withCleanup({ Prefix: 'two' }));
  expect((await stack.describe()).status).toBe('UPDATE_ROLLBACK_FAILED');
});

describe('a creation fails and is rolled back when the function', () => {
  test.each<[string, typeof answer, string]>([
    ['answers FAILED', () => ({ Status: 'FAILED', Reason: 'no such prefix' }), 'Message returned: no such prefix'],
    ['answers with no status', () => ({ Status: 'OK' }), 'its Status is neither SUCCESS nor FAILED'],
    ['answers with no id', () => ({ PhysicalResourceId: '' }), 'it has no PhysicalResourceId'],
    ['answers another request', () => ({ RequestId: 'other' }), 'its RequestId is not the one of the request'],
    ['answers no JSON', () => 'done', 'it is not JSON'],
    ['answers too much', () => ({ Data: { text: 'x'.repeat(4096) } }), 'at most 4096 are allowed'],
    [
      'throws',
      () => {
        throw new Error('no rights');
      },
      'The function cleaner failed on Create of Cleanup: no rights',
    ],
  ])('%s', async (_what, failing, reason) => {
    answer = (request) => (request.RequestType === 'Create' ? failing(request) : {});
    await stack.deploy(withCleanup());
    expect((await stack.describe()).status).toBe('ROLLBACK_COMPLETE');
    expect((await stack.history()).reasons).toContain(reason);
    expect(types()).toEqual(['Create', 'Delete']);
    expect(aws.functionNames()).toEqual([]);
  });

  test('answers FAILED with an id, by which it is then deleted', async () => {
    answer = ({ RequestType }) =>
      RequestType === 'Create' ? { Status: 'FAILED', Reason: 'half way', PhysicalResourceId: 'half' } : {};
    await stack.deploy(withCleanup());
    expect(asked.at(-1)).toMatchObject({ RequestType: 'Delete', PhysicalResourceId: 'half' });
  });
});

test('a function without an answer times out', async () => {
  const hasty = await startAws({ run: async () => undefined, customResourceTimeoutMs: 20 });
  const hastyStack = new StackUnderTest(hasty);
  await hastyStack.putCode();
  await hastyStack.deploy(withCleanup());
  expect((await hastyStack.history()).reasons).toContain(
    'did not receive a response from your Custom Resource: cleaner put none to ResponseURL on Create of Cleanup',
  );
  await hasty.stop();
});

test('without anybody to run functions, it fails and says so', async () => {
  const withoutRun = await startAws();
  const itsStack = new StackUnderTest(withoutRun);
  await itsStack.putCode();
  await itsStack.deploy(withCleanup());
  expect((await itsStack.history()).reasons).toContain('give startAws the option "run"');
  await withoutRun.stop();
});

test('a stack refuses another change while one is in progress', async () => {
  answer = async () => {
    await stack.delete();
    return {};
  };
  await stack.deploy(withCleanup());
  expect((await stack.describe()).status).toBe('CREATE_COMPLETE');
  expect(types()).toEqual(['Create']);
  expect(aws.functionNames()).toEqual(['cleaner']);
});
