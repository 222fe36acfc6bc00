import { FunctionInstance, type InstanceOptions } from './function-instance';

/** The instances of a function. Each handles one event at a time. Simultaneous events start more instances, as in Lambda. */
export class InstancePool {
  readonly #options: InstanceOptions;
  readonly #maxInstances: number;
  readonly #instances = new Set<FunctionInstance>();
  readonly #idle: FunctionInstance[] = [];
  /** Callbacks of events that wait for a free instance. */
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  #stopped = false;

  constructor(options: InstanceOptions, maxInstances: number) {
    this.#options = options;
    this.#maxInstances = maxInstances;
  }

  /** Starts an instance in advance. @throws {FunctionError} when the function can't be loaded */
  async warmUp(): Promise<void> {
    await this.#use(async () => undefined);
  }

  /** @throws {FunctionError} when the function throws, exits or times out */
  async invoke(event: unknown): Promise<unknown> {
    return await this.#use((instance) => instance.invoke(event));
  }

  /** Ends all instances, also busy ones. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#instances].map((instance) => instance.stop()));
  }

  async #use<Result>(work: (instance: FunctionInstance) => Promise<Result>): Promise<Result> {
    while (this.#busy >= this.#maxInstances) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#stopped) throw new Error('The function was stopped and handles no more events.');
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

  /** The free instance that was used last, so that successive events get a warm one. */
  #idleInstance(): FunctionInstance | undefined {
    for (;;) {
      const instance = this.#idle.pop();
      if (!instance || instance.alive) return instance;
      this.#instances.delete(instance);
    }
  }
}
