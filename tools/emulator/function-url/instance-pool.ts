import { FunctionInstance, type InstanceOptions } from './function-instance';

/** Instances of one function. Each takes one event at a time; more events at once start more of them, as in Lambda. */
export class InstancePool {
  readonly #options: InstanceOptions;
  readonly #maxInstances: number;
  readonly #instances = new Set<FunctionInstance>();
  readonly #idle: FunctionInstance[] = [];
  /** Events that wait for an instance: what to call when one may be free. */
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  #stopped = false;

  constructor(options: InstanceOptions, maxInstances: number) {
    this.#options = options;
    this.#maxInstances = maxInstances;
  }

  /** Starts an instance before there is an event. @throws {FunctionError} when the function can't be loaded */
  async warmUp(): Promise<void> {
    await this.#use(async () => undefined);
  }

  /** @throws {FunctionError} when the function throws, dies or takes too long */
  async invoke(event: unknown): Promise<unknown> {
    return await this.#use((instance) => instance.invoke(event));
  }

  /** Ends all instances, whatever they are doing. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#instances].map((instance) => instance.stop()));
  }

  async #use<Result>(work: (instance: FunctionInstance) => Promise<Result>): Promise<Result> {
    while (this.#busy >= this.#maxInstances) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#stopped) throw new Error('The function was stopped: it takes no more events.');
    this.#busy += 1;
    const instance = this.#idleInstance() ?? this.#newInstance();
    try {
      await instance.ready;
      return await work(instance);
    } finally {
      this.#busy -= 1;
      if (instance.alive) this.#idle.push(instance);
      else this.#instances.delete(instance);
      this.#waiting.shift()?.();
    }
  }

  #newInstance(): FunctionInstance {
    const instance = new FunctionInstance(this.#options);
    this.#instances.add(instance);
    return instance;
  }

  /** The one used last, so that events which come one after another meet a warm instance. */
  #idleInstance(): FunctionInstance | undefined {
    for (;;) {
      const instance = this.#idle.pop();
      if (!instance || instance.alive) return instance;
      this.#instances.delete(instance);
    }
  }
}
