const { generateKeyPair } = require('node:crypto');
const { promisify } = require('node:util');

/**
 * Makes the key pairs that tests sign with, once for a run: each takes a tenth of a second. signing-keys.ts reads them.
 */
module.exports = async () => {
  const pairs = await Promise.all(
    Array.from({ length: 3 }, () => promisify(generateKeyPair)('rsa', { modulusLength: 2048 })),
  );
  process.env.TEST_SIGNING_KEYS = JSON.stringify(pairs.map(({ privateKey }) => privateKey.export({ format: 'jwk' })));
};
