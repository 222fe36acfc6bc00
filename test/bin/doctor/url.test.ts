import { forgedOutcome, unsignedOutcome, urlOutcome } from '../../../bin/doctor/url';
import { TARGET } from './targets';

const URL = 'https://abc.lambda-url.us-east-1.on.aws/forge/token';
const answer = (status: number, body: unknown, ms = 42) => ({
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  ms,
});

const forged = (status: number, body: unknown) => forgedOutcome(answer(status, body), TARGET, 'https://keys.example');
const unsigned = (status: number, body: unknown) => unsignedOutcome(answer(status, body), TARGET);

describe('the URL', () => {
  test('answers', () => {
    expect(urlOutcome(URL, answer(401, ''), TARGET)).toMatchObject({
      status: 'ok',
      summary: `${URL} answers, in 42 ms`,
    });
  });

  test('is silent', () => {
    expect(urlOutcome(URL, { error: 'getaddrinfo ENOTFOUND' }, TARGET)).toMatchObject({
      status: 'wrong',
      summary: `${URL} does not answer: getaddrinfo ENOTFOUND`,
      fixes: [expect.stringContaining('DEPLOY')],
    });
  });

  test('takes longer than Forge waits', () => {
    expect(urlOutcome(URL, answer(401, '', 5_100), TARGET)).toMatchObject({
      status: 'wrong',
      summary: `${URL} answers after 5.1 s, but Forge waits only 5 s`,
    });
  });
});

describe('a call without a token', () => {
  test("is refused with the receiver's own reason", () => {
    expect(unsigned(401, { reason: 'authorization-missing' })).toMatchObject({ status: 'ok' });
  });

  test.each<[number, unknown, string, RegExp]>([
    [
      403,
      { Message: 'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com' },
      '403 from AWS in front of the receiver',
      /RESTORE.*lambda:InvokeFunctionUrl and lambda:InvokeFunction\b/s,
    ],
    [404, { reason: 'route-unknown' }, '404, route-unknown', /DEPLOY/],
    [401, { reason: 'constructor' }, '401, which the receiver never says', /Something else answers/],
    [401, { reason: 'key-unknown' }, '401, key-unknown', /docs\/refusals\.md/],
    [429, { Message: 'Rate Exceeded.' }, '429: Lambda has no concurrency left', /reservedConcurrency/],
    [502, 'Internal Server Error', '502: the receiver crashed', /last ERROR line/],
    [503, { reason: 'key-server-unavailable' }, '503, key-server-unavailable', /docs\/refusals\.md/],
    [200, '<html>', '200, which the receiver never says', /Something else answers/],
  ])('is answered with %i %j, which is wrong and has a fix', (status, body, summary, fix) => {
    const outcome = unsigned(status, body);
    expect(outcome).toMatchObject({ status: 'wrong', summary: expect.stringContaining(summary) });
    expect(outcome.fixes?.join('\n')).toMatch(fix);
  });

  test('is not answered', () => {
    expect(unsignedOutcome({ error: 'ECONNREFUSED' }, TARGET).status).toBe('unseen');
  });
});

describe('a forged token', () => {
  test.each(['signature-invalid', 'key-unknown'])('is refused with %s', (reason) => {
    expect(forged(401, { reason })).toMatchObject({ status: 'ok', summary: `401, ${reason}: the receiver refuses it` });
  });

  test.each([
    [200, { outcome: 'stored' }],
    [422, { reason: 'system-token-missing' }],
    [409, { reason: 'slot-bound-elsewhere' }],
  ])('is taken for genuine: %i', (status, body) => {
    expect(forged(status, body)).toMatchObject({
      status: 'wrong',
      summary: `${status}: the receiver accepted a forged token`,
      fixes: [
        expect.stringContaining('https://keys.example'),
        expect.stringContaining('concurrency of the receiver to 0'),
      ],
    });
  });

  test('does not even reach the receiver', () => {
    expect(forged(401, { reason: 'authorization-missing' })).toMatchObject({
      status: 'wrong',
      summary: expect.stringContaining('"authorization" does not reach the receiver'),
    });
  });

  test('could not be made', () => {
    expect(forgedOutcome(undefined, TARGET, 'https://keys.example')).toMatchObject({
      status: 'unseen',
      summary: "could not be tried: can't read the keys at https://keys.example from here",
    });
    expect(forgedOutcome(undefined, TARGET, undefined).status).toBe('unseen');
  });

  test('an outage of the key server is no proof', () => {
    expect(forged(503, { reason: 'key-server-unavailable' }).status).toBe('wrong');
  });
});
