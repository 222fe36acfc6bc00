const { AsyncLocalStorage } = require('node:async_hooks');

// The SDK warns, once a process, that it will want a newer Node one day. A test's output is no place for that.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// Jest opens a storage for each test file and never closes it. Before Node 24 every open one slows down all promises of
// the process. Those of the files before are closed here: this class is one for all files, other globals are not.
AsyncLocalStorage.opened ??= noteOpened(new Set());
for (const storage of AsyncLocalStorage.opened) storage.disable();
AsyncLocalStorage.opened.clear();

function noteOpened(opened) {
  const { run } = AsyncLocalStorage.prototype;
  AsyncLocalStorage.prototype.run = function (...args) {
    opened.add(this);
    return run.apply(this, args);
  };
  return opened;
}
