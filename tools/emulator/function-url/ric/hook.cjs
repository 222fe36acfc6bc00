// Loaded before AWS's runtime interface client. Gives it rapid-client.cjs instead of its native add-on.

const { registerHooks } = require('node:module');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const url = pathToFileURL(join(__dirname, 'rapid-client.cjs')).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === './rapid-client.node' ? { url, format: 'commonjs', shortCircuit: true } : next(specifier, context),
});
