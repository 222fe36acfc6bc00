import { asObject } from './properties';
import type { ResourceType, Services } from './resource-type';
import { tableSettings } from './table-settings';
import { type JsonObject, templateError } from './template';

/** AWS::DynamoDB::Table. `Ref` is its name. */
export const table: ResourceType = {
  nameProperty: 'TableName',
  create({ properties, name }, { tables, iam }) {
    const { arn } = tables.createTable(name, tableSettings(properties));
    setPolicy(arn, properties, iam);
    return { ref: name, attributes: { Arn: arn } };
  },
  update({ created }, { properties, logicalId }, { tables, iam }) {
    const existing = tables.table(created.ref);
    const settings = tableSettings(properties);
    if (settings.keyName !== existing.settings.keyName) {
      throw templateError(`KeySchema of ${logicalId} can't change: give the table another logical id.`);
    }
    existing.settings = settings;
    setPolicy(existing.arn, properties, iam);
    return created;
  },
  remove: ({ created }, { tables, iam }) => {
    setPolicy(tables.table(created.ref).arn, {}, iam);
    tables.deleteTable(created.ref);
  },
};

/** The table's resource-based policy. */
function setPolicy(arn: string, { ResourcePolicy }: JsonObject, iam: Services['iam']): void {
  const document = asObject(ResourcePolicy).PolicyDocument;
  iam.setResourcePolicy(arn, arn, document === undefined ? undefined : (asObject(document) as never));
}
