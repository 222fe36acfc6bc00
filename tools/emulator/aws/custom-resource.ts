import { randomUUID } from 'node:crypto';
import { asObject, optionalText, text } from './properties';
import type { Created, Declared, ResourceType, Services } from './resource-type';
import { type Json, type JsonObject, templateError } from './template';

/** CloudFormation's bucket, where custom resources put their answers by pre-signed URLs. */
const ANSWERS_BUCKET = 'cloudformation-custom-resource-response';

/** Maximum size of an answer (CloudFormation's documentation of custom resources). */
const MAX_ANSWER_BYTES = 4096;

/** The variable part of the requests of a custom resource. */
interface Request {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly PhysicalResourceId?: string;
  readonly OldResourceProperties?: Json;
}

/** A function's answer. */
interface Answer {
  readonly physicalId: string;
  readonly data: JsonObject;
  /** Why it failed; `undefined` if it succeeded. */
  readonly failure: string | undefined;
}

/** Custom::Anything and AWS::CloudFormation::CustomResource, which a function implements. */
export const customResource: ResourceType = {
  async create(declared, services) {
    let physicalId = declared.name;
    try {
      const answer = await ask({ RequestType: 'Create' }, declared, services);
      physicalId = answer.physicalId || physicalId;
      return created(answer);
    } catch (error) {
      // As in AWS, deletes what may be incomplete. The error of the creation is reported, not that of the deletion.
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

/** @throws {AwsError} for the answer FAILED */
function created({ physicalId, data, failure }: Answer): Created {
  if (failure !== undefined) throw templateError(failure);
  return { ref: physicalId, attributes: data };
}

/**
 * Invokes the function with CloudFormation's request, and waits for the answer at ResponseURL.
 *
 * @throws {AwsError} when it fails, times out, or gives an invalid answer
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
    // The function may return before or after it answers.
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

/** CloudFormation's timeout is an hour, or `ServiceTimeout`. A local run uses a shorter one. */
function limitMs({ ServiceTimeout }: JsonObject, { customResourceTimeoutMs }: Services): number {
  return Math.min(Number(ServiceTimeout ?? Number.POSITIVE_INFINITY) * 1000, customResourceTimeoutMs);
}

/** @throws `late` when `answer` takes too long */
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

/** The message never contains the answer, whose data may be secret. */
const invalidAnswer = (problem: string) => templateError(`The custom resource's answer can't be used: ${problem}.`);

/** Custom resources get numbers and booleans as text. */
function asText(value: Json): Json {
  if (value === null || typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, content]) => [key, asText(content)]));
  }
  return String(value);
}
