export type XmlValue = string | number | boolean | Date | undefined | XmlValue[] | { [element: string]: XmlValue };

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** `value` as XML elements. As in AWS's query protocol, each item of a list is a `<member>`. */
export function toXml(value: XmlValue): string {
  if (value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => `<member>${toXml(item)}</member>`).join('');
  if (typeof value === 'object') {
    return Object.entries(value)
      .filter(([, content]) => content !== undefined)
      .map(([element, content]) => `<${element}>${toXml(content)}</${element}>`)
      .join('');
  }
  return String(value).replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
}
