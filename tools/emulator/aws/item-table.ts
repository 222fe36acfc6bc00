import { AwsError } from './aws-error';
import { type Item, keyOf, sizeOf } from './item-rules';
import { History, type Lag } from './lag';

/** The settings of a table. */
export interface TableSettings {
  /** Name of the key attribute, a string. */
  readonly keyName: string;
  /** Attributes of each index, apart from the key, by the index's name. */
  readonly indexes: Readonly<Record<string, readonly string[]>>;
  /** Name of the time-to-live attribute, in seconds since 1970. */
  readonly timeToLive?: string;
  /** ARN of the KMS key that encrypts it. @default DynamoDB's own key */
  readonly kmsKeyArn?: string;
}

/** Paging of a scan. */
export interface ScanStart {
  readonly after?: string | undefined;
  /** Maximum of items on a page. */
  readonly limit?: number | undefined;
  /** @default false */
  readonly consistent?: boolean;
}

/** Maximum size of a page (DynamoDB's documentation of Scan). */
const MAX_PAGE_BYTES = 1024 * 1024;

/** A table with its items. */
export class ItemTable {
  readonly #items = new Map<string, Item>();
  readonly #clock: () => number;
  readonly #history: History<Item>;

  constructor(
    readonly name: string,
    readonly arn: string,
    public settings: TableSettings,
    clock: () => number,
  ) {
    this.#clock = clock;
    this.#history = new History(clock);
  }

  /** Makes eventually consistent reads lag from now on. `undefined` ends it. */
  lag(lag: Lag | undefined): void {
    this.#history.start(lag, this.#items);
  }

  /** The item as an eventually consistent read shows it. */
  seen(operation: string, key: string): Item | undefined {
    return this.#history.seen(operation, key, this.get(key));
  }

  /** Expires an item at once after its time to live. DynamoDB may take some days. */
  get(key: string): Item | undefined {
    const item = this.#items.get(key);
    const { timeToLive } = this.settings;
    const deleteAt = Number(item?.[timeToLive ?? '']?.N);
    if (item === undefined || !(deleteAt * 1000 <= this.#clock())) return item;
    this.delete(key);
    return undefined;
  }

  put(item: Item): void {
    const key = keyOf(item, this.settings.keyName);
    this.#items.set(key, item);
    this.#history.changed(key, () => item);
  }

  delete(key: string): void {
    this.#items.delete(key);
    this.#history.changed(key, () => undefined);
  }

  all(): Item[] {
    return [...this.#items.keys()].map((key) => this.get(key)).filter((item) => item !== undefined);
  }

  /**
   * A page of an index, or of the table itself, as an eventually consistent read shows it. A full page has a key to continue
   * from, even if nothing is left.
   *
   * @throws {AwsError} ValidationException for an unknown index
   */
  scan(
    index: string | undefined,
    { after, limit, consistent = false }: ScanStart,
  ): { items: Item[]; last: string | undefined } {
    const { keyName } = this.settings;
    const present = this.all();
    const shown = consistent
      ? present
      : this.#history.allSeen('Scan', new Map(present.map((item) => [keyOf(item, keyName), item])));
    const all = shown.map(this.#projection(index));
    const start = after === undefined ? 0 : all.findIndex((item) => keyOf(item, keyName) === after) + 1;
    const items: Item[] = [];
    let bytes = 0;
    for (const item of all.slice(start)) {
      items.push(item);
      bytes += sizeOf(item);
      if (items.length === limit || bytes >= MAX_PAGE_BYTES) return { items, last: keyOf(item, keyName) };
    }
    return { items, last: undefined };
  }

  /** The part of an item that an index has. */
  #projection(index: string | undefined): (item: Item) => Item {
    if (index === undefined) return (item) => item;
    const attributes = this.settings.indexes[index];
    if (!attributes) {
      throw new AwsError('ValidationException', `The table does not have the specified index: ${index}`);
    }
    const kept = [this.settings.keyName, ...attributes];
    return (item) => Object.fromEntries(Object.entries(item).filter(([name]) => kept.includes(name)));
  }
}
