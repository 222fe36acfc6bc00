import { PRICES } from '../../../../lib/prices';

const DAYS_PER_MONTH = 30;
const MONITOR_RUNS_PER_DAY = 288;

/** Bytes that DynamoDB charges for in one write and in one consistent read, and adds to each item of an index it stores. */
const WRITE_UNIT_BYTES = 1024;
const READ_UNIT_BYTES = 4096;
const INDEX_OVERHEAD_BYTES = 100;

/** What a slot that is an item has beside its token, with one product, and its copy in the index; in bytes. */
export const BESIDE_TOKEN_BYTES = 634;
export const INDEX_ITEM_BYTES = 176;

/** A day of a fleet whose slots are in a table. */
export interface TableDay {
  readonly installations: number;
  /** Consistent reads of an item: by the receiver, of what is beside the token, and by the worker. */
  readonly gets: number;
  /** Writes of an item, those that fail their condition included: they are charged for as well. */
  readonly puts: number;
  /** Neither Forge nor AWS publishes how long a system token is. */
  readonly tokenBytes: number;
}

/** Dollars a month of 30 such days, on demand, in us-east-1, without free tiers. */
export interface TableCost {
  readonly writes: number;
  readonly reads: number;
  /** The monitor's scans of the index. */
  readonly scans: number;
  readonly storage: number;
  readonly total: number;
}

/** Request units of one put and of one consistent get. */
export function unitsOf(tokenBytes: number): { readonly put: number; readonly get: number } {
  const itemBytes = BESIDE_TOKEN_BYTES + tokenBytes;
  return {
    // Each write of an item is one of its copy as well: the version is in both.
    put: Math.ceil(itemBytes / WRITE_UNIT_BYTES) + Math.ceil(INDEX_ITEM_BYTES / WRITE_UNIT_BYTES),
    // Read whole, whatever of it is asked for.
    get: Math.ceil(itemBytes / READ_UNIT_BYTES),
  };
}

/** What a month of days like this one costs in DynamoDB. */
export function tableCost({ installations, gets, puts, tokenBytes }: TableDay): TableCost {
  const itemBytes = BESIDE_TOKEN_BYTES + tokenBytes;
  const units = unitsOf(tokenBytes);
  // An index is read eventually consistent, for half the price, and a page is rounded up as a whole.
  const unitsPerRun = Math.ceil((installations * INDEX_ITEM_BYTES) / READ_UNIT_BYTES) / 2;
  const parts = {
    writes: DAYS_PER_MONTH * puts * units.put * PRICES.tableWriteUnit,
    reads: DAYS_PER_MONTH * gets * units.get * PRICES.tableReadUnit,
    scans: DAYS_PER_MONTH * MONITOR_RUNS_PER_DAY * unitsPerRun * PRICES.tableReadUnit,
    storage:
      ((installations * (itemBytes + INDEX_ITEM_BYTES + INDEX_OVERHEAD_BYTES)) / 1e9) * PRICES.tableGigabyteMonth,
  };
  return { ...parts, total: Object.values(parts).reduce((together, part) => together + part, 0) };
}
