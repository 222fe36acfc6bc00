// The SDK warns, once a process, that it will want a newer Node one day. A test's output is no place for that.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
