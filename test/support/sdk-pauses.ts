/** In the tests of this file or `describe`, the AWS SDK tries again at once: its pauses are a random part of seconds. */
export function withoutPausesOfTheSdk(): void {
  beforeEach(() => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
}
