import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { receiverVariables } from '../../../../lambda/contract/settings';
import { formatVersionId } from '../../../../lambda/contract/slot';
import { COMMON_SETTINGS } from '../../../../test/support/bundle';
import { functionUrlEvent, goodClaims, INSTALLATION, PATH, systemToken } from '../../../../test/support/forge-call';
import { startAws } from '../../../emulator/aws/server';
import { signInvocationToken } from '../../../emulator/forge/invocation-token';
import { startKeyServer } from '../../../emulator/forge/key-server';
import { createSigningKey, type SigningKey } from '../../../emulator/forge/signing-key';
import { createCertificate } from './certificate';
import { startTlsFront } from './tls-front';

/** Kinds of cold calls. */
export const CASES = ['wrong audience', 'bad signature', 'first token', 'next token'] as const;
export type Case = (typeof CASES)[number];

/** How long the other side takes to answer, in milliseconds. */
export interface Latencies {
  readonly keyServerMs: number;
  readonly awsMs: number;
}

/** A call, and the slot that it meets. */
export interface PreparedCall {
  readonly event: unknown;
  readonly environment: Readonly<Record<string, string>>;
  readonly awsEndpointUrl: string;
  /** What has to be answered. */
  readonly statusCode: number;
}

/** Forge, its key server and AWS, as far away as they would be. */
export interface World {
  /** Calls that Secrets Manager has had so far. */
  awsCalls(): number;
  /** A call of this kind, and a slot of its own for it. */
  prepare(kind: Case): Promise<PreparedCall>;
  /** An event for the warm run: genuine calls with one system token, each with an invocation token of its own. */
  repeat(count: number): Promise<{
    readonly event: unknown;
    /** Calls of AWS that the first of them takes, which stores the token. */
    readonly callsToStore: number;
  }>;
  stop(): Promise<void>;
}

const HOUR_SECONDS = 3_600;

/** Starts it on 127.0.0.1. */
export async function startWorld({ keyServerMs, awsMs }: Latencies): Promise<World> {
  const certificate = createCertificate();
  const [key, strangersKey] = await Promise.all([createSigningKey(), createSigningKey()]);
  const keyServer = await startKeyServer(key.jwks);
  keyServer.misbehave(async (_request, response) => {
    await delay(keyServerMs);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(key.jwks));
  });
  const aws = await startAws();
  aws.intercept(() => ({ delayMs: awsMs }));
  const [keys, awsFront] = await Promise.all([
    startTlsFront(keyServer.url, certificate),
    startTlsFront(aws.url, certificate),
  ]);
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  const trusted = path.join(folder, 'trusted.pem');
  writeFileSync(trusted, certificate.cert);
  let slots = 0;

  const nowSeconds = () => Math.floor(Date.now() / 1000);

  function newSlot(filled: boolean): string {
    const Name = `slot-${slots++}`;
    const before = { expiresAtSeconds: nowSeconds() + HOUR_SECONDS, tokenHash: '0'.repeat(20) };
    const ClientRequestToken = formatVersionId({ ...before, installation: INSTALLATION.uuid });
    return aws.secrets.create({ Name, ...(filled && { ClientRequestToken, SecretString: '{}' }) }).ARN;
  }

  async function newEvent(claims: object, signer: SigningKey, token: string): Promise<unknown> {
    const signed = await signInvocationToken({ ...goodClaims({ nowSeconds: nowSeconds() }), ...claims }, signer);
    return functionUrlEvent({ headers: { authorization: `Bearer ${signed}`, 'x-forge-oauth-system': token } });
  }

  const newToken = () => systemToken(nowSeconds() + 4 * HOUR_SECONDS);

  return {
    awsCalls: () => aws.calls.length,

    async prepare(kind) {
      const isForged = kind === 'bad signature';
      const claims = kind === 'wrong audience' ? { aud: 'another app' } : {};
      return {
        // The right key id over the wrong key: only the signature gives it away.
        event: await newEvent(claims, isForged ? { ...strangersKey, keyId: key.keyId } : key, await newToken()),
        environment: {
          NODE_EXTRA_CA_CERTS: trusted,
          ...receiverVariables({
            ...COMMON_SETTINGS,
            jwksUrl: keys.url,
            slots: { secretArn: newSlot(kind === 'next token') },
            routes: { [PATH]: { kind: 'scheduledTrigger', schedules: { hourly: 'hour' } } },
          }),
        },
        awsEndpointUrl: awsFront.url,
        statusCode: isForged || kind === 'wrong audience' ? 401 : 200,
      };
    },

    async repeat(count) {
      const token = await newToken();
      const events = await Promise.all(Array.from({ length: count }, () => newEvent({}, key, token)));
      const { iss: issuer, aud: audience } = goodClaims();
      return { event: { events, jwks: key.jwks, issuer, audience }, callsToStore: 2 };
    },

    async stop() {
      await Promise.all([keys.stop(), awsFront.stop()]);
      await Promise.all([keyServer.stop(), aws.stop()]);
      rmSync(folder, { recursive: true });
    },
  };
}
