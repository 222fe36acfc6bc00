import { replay } from './evaluator/replay';
import { deploy } from './world/deployment';
import { fleet } from './world/history';
import { live } from './world/live';
import { timetable } from './world/timetable';

test.each([1, 10_000])('a healthy week of %s', async (count) => {
  const t0 = performance.now();
  const deployment = await deploy(60, count === 1 ? 'single' : 'perInstallation');
  const t1 = performance.now(); const c = process.cpuUsage();
  const lived = live({ deployment, minutes: 7 * 1440, installations: fleet(count, 60, 15) });
  const t2 = performance.now(); console.log('cpu', process.cpuUsage(c).user/1000);
  const { transitions } = replay(deployment.alarms, lived.store);
  const t3 = performance.now();
  console.log(t1 - t0, t2 - t1, t3 - t2, timetable(transitions), transitions.length, transitions.slice(0, 20));
});
