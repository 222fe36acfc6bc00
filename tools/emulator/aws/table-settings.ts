import { AwsError } from './aws-error';
import type { TableSettings } from './item-table';
import { asObject, optionalText, text } from './properties';
import type { Json, JsonObject } from './template';

const KNOWN = [
  'TableName',
  'KeySchema',
  'AttributeDefinitions',
  'BillingMode',
  'GlobalSecondaryIndexes',
  'SSESpecification',
  'TimeToLiveSpecification',
  'Tags',
  'ResourcePolicy',
];

/**
 * The settings of CreateTable or of a template. Apart from encryption, both have the same names.
 *
 * @throws {AwsError} NotEmulated
 */
export function tableSettings(properties: JsonObject): TableSettings {
  const unknown = Object.keys(properties).filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) {
    throw notEmulated(
      `Properties of a table that are not emulated: ${unknown.join(', ')}. Known: ${KNOWN.join(', ')}.`,
    );
  }
  if (properties.BillingMode !== 'PAY_PER_REQUEST') {
    throw notEmulated(`BillingMode is ${optionalText(properties.BillingMode)}; only PAY_PER_REQUEST is emulated.`);
  }
  const keyName = onlyKey(properties);
  const types = list(properties.AttributeDefinitions).map(asObject);
  const type = types.find(({ AttributeName }) => AttributeName === keyName)?.AttributeType;
  if (type !== 'S') throw notEmulated(`The key ${keyName} has the type ${optionalText(type)}; only S is emulated.`);
  const { SSEEnabled, KMSMasterKeyId } = asObject(properties.SSESpecification);
  const { AttributeName: timeToLive, Enabled } = asObject(properties.TimeToLiveSpecification);
  return {
    keyName,
    indexes: Object.fromEntries(
      list(properties.GlobalSecondaryIndexes)
        .map(asObject)
        .map((index) => [text(index, 'IndexName'), indexAttributes(index, keyName)]),
    ),
    ...(Enabled === true && timeToLive !== undefined && { timeToLive: String(timeToLive) }),
    ...(SSEEnabled === true && KMSMasterKeyId !== undefined && { kmsKeyArn: String(KMSMasterKeyId) }),
  };
}

function indexAttributes(index: JsonObject, keyName: string): string[] {
  const { ProjectionType, NonKeyAttributes } = asObject(index.Projection);
  if (onlyKey(index) !== keyName || ProjectionType !== 'INCLUDE') {
    throw notEmulated(
      `The index ${text(index, 'IndexName')} is not emulated; emulated is one with the table's own key that includes attributes by name.`,
    );
  }
  return list(NonKeyAttributes).map(String);
}

/** The only key attribute of a table or an index. */
function onlyKey(properties: JsonObject): string {
  const [key, ...others] = list(properties.KeySchema).map(asObject);
  if (key?.KeyType === 'HASH' && others.length === 0) return text(key, 'AttributeName');
  throw notEmulated('A key of more or less than one attribute is not emulated.');
}

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

const notEmulated = (message: string) => new AwsError('NotEmulated', message, 501);
