import { bundleFunction, observe, startBundle } from '../../../../test/support/bundle';
import type { KeyServer } from '../../../emulator/forge/key-server';
import { startFunctionUrl } from '../../../emulator/function-url/server';
import { type Fleet, type FleetStrategy, startFleet } from '../../test/support/fleet';
import { quantile, round } from '../statistics';
import { TRIGGER } from '../triggers';
import { Calls, GENUINE, KINDS, type Kind, type Request } from './calls';
import { MEMORY_OBSERVER, MemoryWatch } from './memory';

/** Forge listens for 5 s (its documentation). */
const FORGE_WAITS_MS = 5_000;

export interface LoadOptions {
  readonly seconds: number;
  /** How slots are kept. @default 'perInstallation' */
  readonly strategy?: FleetStrategy;
  /** Ends earlier, after so many deliveries. @default only time ends it */
  readonly deliveries?: number;
  /** Requests that are under way at the same time. */
  readonly connections: number;
  /** Processes of the receiver. */
  readonly processes: number;
  readonly installations: number;
  /** What the key server takes to answer. */
  readonly keyServerMs: number;
  /** The same number makes the same order of calls. @default 1 */
  readonly seed?: number;
  /** Gets what is under load before it begins, such as to break something. @default nothing does */
  readonly before?: (fleet: Fleet) => void;
}

/** What came of a load. */
export interface LoadFigures {
  readonly requests: number;
  readonly perSecond: number;
  /** How often each kind of request was answered how, such as `200 stored`. */
  readonly answers: Readonly<Partial<Record<Kind, Readonly<Record<string, number>>>>>;
  /** Answers with a status from 500 on but that to a key that may be new, and requests without an answer within 5 s. */
  readonly serverErrors: number;
  /** Calls of Forge that were refused, and others that were accepted. */
  readonly wrongAnswers: number;
  /** Installations whose slot holds another token than the newest one that was accepted. */
  readonly lostTokens: number;
  /** Of accepted calls, as the caller sees it. */
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly keyServerRequests: number;
  readonly processes: number;
  /** Resident memory of one process: in the second quarter of the time, and in the last. */
  readonly earlyMb: number;
  readonly lateMb: number;
  readonly tokensInLog: number;
}

/** Puts the deployed bundle of the receiver under load, behind a Function URL. */
export async function measureLoad(options: LoadOptions): Promise<LoadFigures> {
  const memory = new MemoryWatch();
  let tokensInLog = 0;
  const fleet = await startFleet({ triggers: [TRIGGER], ...(options.strategy && { strategy: options.strategy }) });
  const functionUrl = await startFunctionUrl();
  slowDown(fleet.keyServer, fleet.signingKey.jwks, options.keyServerMs);
  const receiver = await startBundle({
    files: observe(await bundleFunction('receiver', [], fleet.service), MEMORY_OBSERVER),
    environment: fleet.environment.receiver,
    awsEndpointUrl: fleet.aws.url,
    credentials: fleet.credentials.receiver,
    maxInstances: options.processes,
    onLog: (line) => {
      if (!memory.read(line) && /eyJ[\w-]{8,}\./.test(line)) tokensInLog += 1;
    },
  });
  functionUrl.attach(receiver.invoke);
  try {
    const calls = new Calls(fleet, { ...options, trigger: TRIGGER, seed: options.seed ?? 1 });
    options.before?.(fleet);
    const log = new AnswerLog();
    const startedAtMs = performance.now();
    const endsAtMs = startedAtMs + options.seconds * 1_000;
    let left = options.deliveries ?? Number.POSITIVE_INFINITY;
    const lane = async () => {
      while (performance.now() < endsAtMs && left-- > 0) {
        await Promise.all((await calls.next()).map(async (request) => log.add(await send(functionUrl.url, request))));
      }
    };
    await Promise.all(Array.from({ length: options.connections }, lane));
    const seconds = (performance.now() - startedAtMs) / 1_000;
    const kept = await Promise.all(log.newestAccepted.map(([installation, token]) => calls.holds(installation, token)));
    const { early, late } = memory.megabytes;
    return {
      ...log.figures(seconds),
      lostTokens: kept.filter((holds) => !holds).length,
      keyServerRequests: fleet.keyServer.requests,
      processes: memory.processes,
      earlyMb: round(early),
      lateMb: round(late),
      tokensInLog,
    };
  } finally {
    await receiver.stop();
    await functionUrl.stop();
    await fleet.stop();
  }
}

function slowDown(keyServer: KeyServer, jwks: object, delayMs: number): void {
  keyServer.misbehave((_request, response) => {
    setTimeout(() => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(jwks));
    }, delayMs);
  });
}

/** A request and its answer. */
interface Answered {
  readonly request: Request;
  /** 0 when there was none in time. */
  readonly status: number;
  readonly says: string;
  readonly tookMs: number;
}

async function send(url: string, request: Request): Promise<Answered> {
  const startedAtMs = performance.now();
  const { path, headers, body } = request;
  try {
    const response = await fetch(new URL(path, url), {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(FORGE_WAITS_MS),
    });
    const { outcome, reason } = (await response.json()) as { outcome?: string; reason?: string };
    const says = `${response.status} ${outcome ?? reason}`;
    return { request, status: response.status, says, tookMs: performance.now() - startedAtMs };
  } catch {
    return { request, status: 0, says: 'no answer', tookMs: performance.now() - startedAtMs };
  }
}

/** A stranger's key while the key server may not be asked again: not to be told from a key that Forge has just made. */
const ASKED_JUST_NOW = '503 key-not-yet-known';

/** All answers so far. */
class AnswerLog {
  readonly #answers = new Map<Kind, Map<string, number>>();
  readonly #acceptedMs: number[] = [];
  readonly #newest = new Map<number, number>();
  #requests = 0;
  #serverErrors = 0;
  #wrongAnswers = 0;

  add({ request, status, says, tookMs }: Answered): void {
    const { kind, delivers } = request;
    const ofKind = this.#answers.get(kind) ?? new Map<string, number>();
    this.#answers.set(kind, ofKind.set(says, (ofKind.get(says) ?? 0) + 1));
    this.#requests += 1;
    if ((status === 0 || status >= 500) && says !== ASKED_JUST_NOW) this.#serverErrors += 1;
    else if (GENUINE.has(kind) !== (status === 200)) this.#wrongAnswers += 1;
    if (status !== 200 || !delivers) return;
    this.#acceptedMs.push(tookMs);
    const { installation, token } = delivers;
    this.#newest.set(installation, Math.max(token, this.#newest.get(installation) ?? 0));
  }

  /** Each installation, and its newest token that was accepted. */
  get newestAccepted(): [installation: number, token: number][] {
    return [...this.#newest];
  }

  figures(seconds: number) {
    return {
      requests: this.#requests,
      perSecond: Math.round(this.#requests / seconds),
      answers: Object.fromEntries(
        KINDS.flatMap((kind) => {
          const ofKind = this.#answers.get(kind);
          return ofKind ? [[kind, Object.fromEntries(ofKind)]] : [];
        }),
      ),
      serverErrors: this.#serverErrors,
      wrongAnswers: this.#wrongAnswers,
      medianMs: this.#acceptedMs.length > 0 ? round(quantile(this.#acceptedMs, 0.5)) : Number.NaN,
      p99Ms: this.#acceptedMs.length > 0 ? round(quantile(this.#acceptedMs, 0.99)) : Number.NaN,
    };
  }
}
