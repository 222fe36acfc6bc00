/**
 * Does `work` if a token is plausible while the key server is waited for. Sooner would be in the way of the request for
 * the keys, since reading code keeps the process busy. Once the answer is there, nothing is gained by it any more.
 */
export function createMeanwhile(work: () => void) {
  let plausible = false;
  let waiting = false;
  const check = () => {
    if (plausible && waiting) work();
  };
  return {
    onPlausible: () => {
      plausible = true;
      check();
    },
    onWaiting: () => {
      waiting = true;
      check();
    },
    onAnswer: () => {
      waiting = false;
    },
  };
}
