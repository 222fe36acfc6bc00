import type { ResourceType } from './resource-type';
import { tableSettings } from './table-settings';
import { templateError } from './template';

/** AWS::DynamoDB::Table. `Ref` is its name. */
export const table: ResourceType = {
  nameProperty: 'TableName',
  create({ properties, name }, { tables }) {
    const { arn } = tables.createTable(name, tableSettings(properties));
    return { ref: name, attributes: { Arn: arn } };
  },
  update({ created }, { properties, logicalId }, { tables }) {
    const existing = tables.table(created.ref);
    const settings = tableSettings(properties);
    if (settings.keyName !== existing.settings.keyName) {
      throw templateError(`KeySchema of ${logicalId} can't change: give the table another logical id.`);
    }
    existing.settings = settings;
    return created;
  },
  remove: ({ created }, { tables }) => tables.deleteTable(created.ref),
};
