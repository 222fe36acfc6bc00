// Loaded before AWS's runtime interface client: gives it rapid-client.cjs where it asks for its native add-on.

const { registerHooks } = require('node:module');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const url = pathToFileURL(join(__dirname, 'rapid-client.cjs')).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === './rapid-client.node' ? { url, format: 'commonjs', shortCircuit: true } : next(specifier, context),
});
