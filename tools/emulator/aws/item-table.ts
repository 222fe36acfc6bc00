import { AwsError } from './aws-error';
import { type Item, keyOf, sizeOf } from './item-rules';
import { History, type Lag } from './lag';

/** How a table is made. */
export interface TableSettings {
  /** The attribute that is the key, a string. */
  readonly keyName: string;
  /** By name: the attributes that an index has beside the key. */
  readonly indexes: Readonly<Record<string, readonly string[]>>;
  /** The attribute that says when an item may be deleted, in seconds since 1970. */
  readonly timeToLive?: string;
  /** ARN of the key of AWS KMS that it is encrypted with. Absent: one of DynamoDB's own. */
  readonly kmsKeyArn?: string;
}

/** Where a scan goes on. */
export interface ScanStart {
  readonly after?: string | undefined;
  /** Items on a page, at the most. */
  readonly limit?: number | undefined;
  /** @default false */
  readonly consistent?: boolean;
}

/** Bytes of a page, at the most (DynamoDB's documentation of Scan). */
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

  /** Shows items as they were some time ago, from now on, to reads that aren't consistent. `undefined` ends it. */
  lag(lag: Lag | undefined): void {
    this.#history.start(lag, this.#items);
  }

  /** The item as a read that isn't consistent shows it. */
  seen(operation: string, key: string): Item | undefined {
    return this.#history.seen(operation, key, this.get(key));
  }

  /** Gone as soon as its time to live is over. DynamoDB takes up to some days. */
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
   * One page of an index, or of the table itself, as a read that isn't consistent shows it if there is a lag. A page that is full has a key to go on from, even if nothing is left.
   *
   * @throws {AwsError} ValidationException when there is no such index
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

  /** What is left of an item in an index. */
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
