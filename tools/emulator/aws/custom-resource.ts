import { randomUUID } from 'node:crypto';
import { asObject, optionalText, text } from './properties';
import type { Created, Declared, ResourceType, Services } from './resource-type';
import { type Json, type JsonObject, templateError } from './template';

/** Where CloudFormation lets custom resources put their answers: pre-signed URLs into a bucket of its own. */
const ANSWERS_BUCKET = 'cloudformation-custom-resource-response';

/** The largest answer that CloudFormation reads (its documentation of custom resources). */
const MAX_ANSWER_BYTES = 4096;

/** What differs between the requests of one custom resource. */
interface Request {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly PhysicalResourceId?: string;
  readonly OldResourceProperties?: Json;
}

/** What a function answered. */
interface Answer {
  readonly physicalId: string;
  readonly data: JsonObject;
  /** Why it failed; `undefined` when it succeeded. */
  readonly failure: string | undefined;
}

/** Custom::Anything and AWS::CloudFormation::CustomResource: what they are is up to the function that they name. */
export const customResource: ResourceType = {
  async create(declared, services) {
    let physicalId = declared.name;
    try {
      const answer = await ask({ RequestType: 'Create' }, declared, services);
      physicalId = answer.physicalId || physicalId;
      return created(answer);
    } catch (error) {
      // As in AWS, what may be half made is deleted. Why it was not made is the news, not how that went.
      await ask({ RequestType: 'Delete', PhysicalResourceId: physicalId }, declared, services).catch(() => undefined);
      throw error;
    }
  },
  async update(existing, declared, services) {
    const request: Request = {
      RequestType: 'Update',
      PhysicalResourceId: existing.created.ref,
      OldResourceProperties: asText(existing.properties),
    };
    return created(await ask(request, declared, services));
  },
  async remove(existing, services) {
    created(await ask({ RequestType: 'Delete', PhysicalResourceId: existing.created.ref }, existing, services));
  },
};

/** @throws {AwsError} when the answer is FAILED */
function created({ physicalId, data, failure }: Answer): Created {
  if (failure !== undefined) throw templateError(failure);
  return { ref: physicalId, attributes: data };
}

/**
 * Runs the function with CloudFormation's request, and waits for what it puts to ResponseURL.
 *
 * @throws {AwsError} when it fails, takes too long, or its answer is none
 */
async function ask(request: Request, declared: Declared, services: Services): Promise<Answer> {
  const { stackId, logicalId, type, properties } = declared;
  const serviceToken = text(properties, 'ServiceToken');
  if (!services.run) {
    throw templateError(
      `${logicalId} (${type}) is made by the function ${serviceToken}, and nobody runs functions here: ` +
        'give startAws the option "run".',
    );
  }
  const deployed = services.lambda.get(serviceToken);
  const RequestId = randomUUID();
  const event = {
    ...request,
    RequestId,
    StackId: stackId,
    LogicalResourceId: logicalId,
    ResourceType: type,
    ServiceToken: serviceToken,
    ResourceProperties: asText(properties),
    ResponseURL: `${services.endpoint()}/${ANSWERS_BUCKET}/${RequestId}`,
  };
  const answered = services.s3.nextPut(ANSWERS_BUCKET, RequestId);
  const ran = services.run(deployed, event).then(
    // The function may return before it answers, and answer before it returns.
    () => answered,
    (error) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw templateError(`The function ${deployed.name} failed on ${request.RequestType} of ${logicalId}: ${reason}`);
    },
  );
  const late = templateError(
    'CloudFormation did not receive a response from your Custom Resource: ' +
      `${deployed.name} put none to ResponseURL on ${request.RequestType} of ${logicalId}.`,
  );
  return readAnswer(await withinLimit(Promise.race([answered, ran]), limitMs(properties, services), late), event);
}

/** CloudFormation waits for an hour unless `ServiceTimeout` says less; nobody at this machine would. */
function limitMs({ ServiceTimeout }: JsonObject, { customResourceTimeoutMs }: Services): number {
  return Math.min(Number(ServiceTimeout ?? Number.POSITIVE_INFINITY) * 1000, customResourceTimeoutMs);
}

/** @throws `late` when `answer` takes longer */
async function withinLimit<Value>(answer: Promise<Value>, milliseconds: number, late: Error): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(late), milliseconds);
  });
  return await Promise.race([answer, limit]).finally(() => clearTimeout(timer));
}

function readAnswer(
  body: Uint8Array,
  event: { RequestId: string; LogicalResourceId: string; StackId: string },
): Answer {
  if (body.length > MAX_ANSWER_BYTES) {
    throw templateError(`Response object is too long: ${body.length} bytes; at most ${MAX_ANSWER_BYTES} are allowed.`);
  }
  const answer = parseAnswer(body);
  for (const field of ['RequestId', 'LogicalResourceId', 'StackId'] as const) {
    if (answer[field] !== event[field]) throw invalidAnswer(`its ${field} is not the one of the request`);
  }
  const { Status, Reason, PhysicalResourceId, Data } = answer;
  if (Status === 'FAILED') {
    const failure =
      'Received response status [FAILED] from custom resource. ' +
      `Message returned: ${optionalText(Reason) ?? 'none'} (RequestId: ${event.RequestId})`;
    return { physicalId: optionalText(PhysicalResourceId) ?? '', data: {}, failure };
  }
  if (Status !== 'SUCCESS') throw invalidAnswer('its Status is neither SUCCESS nor FAILED');
  if (typeof PhysicalResourceId !== 'string' || PhysicalResourceId === '') {
    throw invalidAnswer('it has no PhysicalResourceId');
  }
  return { physicalId: PhysicalResourceId, data: asObject(Data), failure: undefined };
}

function parseAnswer(body: Uint8Array): JsonObject {
  try {
    return asObject(JSON.parse(Buffer.from(body).toString()));
  } catch {
    throw invalidAnswer('it is not JSON');
  }
}

/** The answer itself stays out of the message: its data may be secret. */
const invalidAnswer = (why: string) => templateError(`The custom resource's answer can't be used: ${why}.`);

/** Numbers and booleans reach a custom resource as text. */
function asText(value: Json): Json {
  if (value === null || typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, content]) => [key, asText(content)]));
  }
  return String(value);
}
