import { createServer, type RequestListener, type Server } from 'node:http';
import { formatVersionId } from '../../../../lambda/contract/slot';
import { dataResidency } from '../../../../lambda/data-residency';
import { commercialKeys, createKeySet, type KeySet } from '../../../../lambda/forge/key-set';
import { CLOCK_SKEW_SECONDS, createReplays, createVerifier } from '../../../../lambda/forge/verify';
import { type CallReport, handle } from '../../../../lambda/receiver/handler';
import { hashToken } from '../../../../lambda/slots/slot-writer';
import { suiteWatch } from '../../../../test/secrets/token-watch';
import {
  APP_ID,
  functionUrlEvent,
  goodClaims,
  INSTALLATION,
  NOW_MS,
  NOW_SECONDS,
  PATH,
  systemToken,
} from '../../../../test/support/forge-call';
import { type EmulatedAws, startAws } from '../../../emulator/aws/server';
import { signInvocationToken } from '../../../emulator/forge/invocation-token';
import { type KeyServer, startKeyServer } from '../../../emulator/forge/key-server';
import type { SigningKey } from '../../../emulator/forge/signing-key';
import { onOwnPort } from './own-port';
import { type OpenSlot, openSecret, type SlotUnderFault } from './slot-under-fault';

const HOUR_SECONDS = 3600;
/** Life left of the token that is in the slot before the first call, and of the one that the calls bring. */
const OLD_LIFE_SECONDS = 3 * HOUR_SECONDS;
const NEW_LIFE_SECONDS = 4 * HOUR_SECONDS;

/** What came of a call. `detail` is for a failed test's message. */
export interface Answer {
  readonly status: number;
  readonly outcome?: string;
  readonly reason?: string;
  readonly detail?: string;
  /** By the clock on the wall, in milliseconds. */
  readonly elapsedMs: number;
}

export interface BackendOptions {
  /** Time for one fetch of the keys, in milliseconds. @default as in the deployed function */
  readonly keyTimeoutMs?: number;
  readonly signer: SigningKey;
  /** Where the slot is. @default a secret */
  readonly openSlot?: OpenSlot;
}

/** A receiver as it is deployed, its key server and its AWS over HTTP, and a Forge that calls it. */
export class Backend {
  /** What every part of the receiver takes for the time. */
  nowMs = NOW_MS;
  /** What Forge signs with. */
  signer: SigningKey;
  /** The token that the slot ought to hold in the end. */
  newestToken: string;
  #keys: KeySet | undefined;
  #replacement: Server | undefined;
  #slot: SlotUnderFault | undefined;
  readonly #replays = createReplays(() => this.nowMs, CLOCK_SKEW_SECONDS);

  private constructor(
    readonly options: BackendOptions,
    public keyServer: KeyServer,
    public aws: EmulatedAws,
    /** The system token that Forge delivers with each call. */
    readonly delivered: string,
  ) {
    this.signer = options.signer;
    this.newestToken = delivered;
  }

  static async start(options: BackendOptions): Promise<Backend> {
    const keyServer = await onOwnPort((port) => startKeyServer(options.signer.jwks, port));
    const aws = await onOwnPort((port) => startAws({ port, clock: () => NOW_MS }));
    const token = await systemToken(NOW_SECONDS + NEW_LIFE_SECONDS);
    const backend = new Backend(options, keyServer, aws, token);
    const openSlot = options.openSlot ?? openSecret;
    backend.#slot = await openSlot(
      () => backend.aws,
      () => backend.nowMs,
    );
    backend.fillSlot();
    return backend;
  }

  /** What the function does when its code is loaded. Settles when the fetch of the keys is over. */
  init(): Promise<void> {
    const { keyTimeoutMs } = this.options;
    this.#keys = createKeySet({
      url: this.keyServer.url,
      now: () => this.nowMs,
      ...(keyTimeoutMs !== undefined && { timeoutMs: keyTimeoutMs }),
    });
    return this.#keys.prefetch();
  }

  /** Lets the receiver get its keys, as an earlier call would have. */
  async warmUp(): Promise<void> {
    this.init();
    await this.#initializedKeys().key(this.signer.keyId);
  }

  /**
   * A scheduled call of Forge, with a new invocation token and the one system token.
   *
   * @param budgetMs @default as in the deployed function
   */
  async call(budgetMs?: number): Promise<Answer> {
    const nowSeconds = Math.floor(this.nowMs / 1000);
    const authorization = `Bearer ${await signInvocationToken(goodClaims({ nowSeconds }), this.signer)}`;
    const event = functionUrlEvent({ headers: { authorization, 'x-forge-oauth-system': this.delivered } });
    const reports: CallReport[] = [];
    const startedAtMs = performance.now();
    const response = await handle(event, {
      routes: { [PATH]: { kind: 'scheduledTrigger' } },
      verify: createVerifier({
        keys: commercialKeys(this.#initializedKeys()),
        appId: APP_ID,
        environments: ['DEVELOPMENT'],
        now: () => this.nowMs,
      }),
      replays: this.#replays,
      dataResidency: async () => dataResidency,
      services: async () => ({ slots: { write: this.#openSlot().write, remove: async () => 'acknowledged' } }),
      report: (call) => reports.push(call),
      now: () => this.nowMs,
      ...(budgetMs !== undefined && { budgetMs }),
    });
    const elapsedMs = performance.now() - startedAtMs;
    suiteWatch.answered(response, reports);
    const detail = reports.map((report) => report.detail ?? report.error?.message).join();
    return { status: response.statusCode, ...JSON.parse(response.body), detail, elapsedMs };
  }

  /** Puts a token that runs out sooner than the delivered one into an empty slot. */
  fillSlot(): void {
    this.#openSlot().fill('an old token', versionIdOf('an old token', OLD_LIFE_SECONDS));
  }

  /** What another instance of the function does: it makes `token` current. */
  writeFromElsewhere(token: string, lifeSeconds: number): void {
    this.#openSlot().writeFromElsewhere(token, versionIdOf(token, lifeSeconds));
  }

  /** Deletes the slot: at once, or after the time in which it could be restored. */
  deleteSlot(when: 'now' | 'later'): void {
    this.#openSlot().deleteSlot(when);
  }

  /** The token that a consumer reads. */
  readSlot(): string {
    return this.#openSlot().read();
  }

  /** Lets `listener` answer at the address of the AWS, which has to be stopped before. */
  async replaceAws(listener: RequestListener): Promise<void> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(this.aws.port, '127.0.0.1', resolve));
    this.#replacement = server;
  }

  async endReplacement(): Promise<void> {
    const server = this.#replacement;
    if (!server) return;
    this.#replacement = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  async stop(): Promise<void> {
    this.#slot?.stop();
    await Promise.all([this.keyServer.stop(), this.aws.stop(), this.endReplacement()]);
  }

  #openSlot(): SlotUnderFault {
    if (!this.#slot) throw new Error('The slot is opened by start().');
    return this.#slot;
  }

  #initializedKeys(): KeySet {
    if (!this.#keys) throw new Error('init() comes before call().');
    return this.#keys;
  }
}

const versionIdOf = (token: string, lifeSeconds: number) =>
  formatVersionId({
    expiresAtSeconds: NOW_SECONDS + lifeSeconds,
    installation: INSTALLATION.uuid,
    tokenHash: hashToken(token),
  });
