import { createServer } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createCertificate } from '../../../bench/cold/certificate';
import { startTlsFront } from '../../../bench/cold/tls-front';

const get = (url: string, ca: string) =>
  new Promise<string>((resolve, reject) => {
    request(url, { ca, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve(body));
    })
      .on('error', reject)
      .end();
  });

test('a client that trusts the certificate reaches the server behind it, and another does not', async () => {
  const server = createServer(({ url }, response) => response.end(`asked for ${url}`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const certificate = createCertificate();
  const front = await startTlsFront(`http://127.0.0.1:${port}/keys`, certificate);
  try {
    expect(await get(front.url, certificate.cert)).toBe('asked for /keys');
    await expect(get(front.url, createCertificate().cert)).rejects.toThrow(/self-signed|signature/);
  } finally {
    await front.stop();
    server.close();
  }
});
