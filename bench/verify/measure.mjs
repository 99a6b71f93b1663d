// Runs a verification over and over, CONCURRENCY at once, and prints one JSON line.
import { readFileSync } from 'node:fs';

const concurrency = Number(process.argv[2]);
const seconds = Number(process.argv[3]);

/** CPU of the main thread in seconds, from the scheduler's own count. */
const mainThread = () => Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e9;

const processCpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

async function run(verify, time, latencies) {
  const end = performance.now() + time * 1000;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (performance.now() < end) {
        const began = performance.now();
        await verify();
        latencies.push(performance.now() - began);
      }
    }),
  );
}

export async function measure(name, verify) {
  await run(verify, 0.5, []);
  const latencies = [];
  const [began, cpu, main] = [performance.now(), processCpu(), mainThread()];
  await run(verify, seconds, latencies);
  const result = {
    name,
    concurrency,
    verifications: latencies.length,
    seconds: (performance.now() - began) / 1000,
    cpu: processCpu() - cpu,
    main: mainThread() - main,
  };
  latencies.sort((a, b) => a - b);
  result.p50_ms = latencies[Math.floor(0.5 * (latencies.length - 1))];
  result.p99_ms = latencies[Math.floor(0.99 * (latencies.length - 1))];
  console.log(JSON.stringify(result));
}
