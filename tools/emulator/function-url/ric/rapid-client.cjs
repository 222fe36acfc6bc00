// Replaces the native add-on of the runtime interface client, which would have to be compiled. It has the same functions, over
// Node's own HTTP. It is plain JavaScript, because it runs in the function's process.

const http = require('node:http');

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');

function request(method, path, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const options = { host, port, method, path: `/2018-06-01/runtime/${path}`, headers };
    const sent = http.request(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ bodyJson: text, headers: response.headers }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function post(id, kind, body, headers) {
  // The parent waits for this line, so that it has the whole log before the result.
  process.stdout.write(`END RequestId: ${decodeURIComponent(id)}\n`);
  const length = Buffer.byteLength(body);
  // Ends with the parent.
  request('POST', `invocation/${id}/${kind}`, body, { 'content-length': length, ...headers }).catch(() =>
    process.exit(1),
  );
}

exports.initializeClient = () => undefined;
exports.next = () => request('GET', 'invocation/next');
exports.done = (id, body) => post(id, 'response', body);
exports.error = (id, body) => post(id, 'error', body);
