/** A number from 0 to below 1 that looks like chance, and is the same each time for the same two whole numbers. */
export function noise(number: number, salt: number): number {
  // The finalizer of MurmurHash3: neighbours get numbers that have nothing to do with each other.
  let hash = Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
