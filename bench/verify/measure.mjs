// Runs a verification over and over, CONCURRENCY at once, and prints one JSON line.
import { readFileSync } from 'node:fs';

const concurrency = Number(process.argv[2]);
const seconds = Number(process.argv[3]);

export const SETTINGS = JSON.parse(process.env.BENCH);

// The latest so many latencies are kept, so that a long run needs no more memory than a short one.
const latencies = new Float64Array(1 << 16);
let verifications = 0;

/** CPU of the main thread in seconds, from the scheduler's own count. */
const mainThread = () => Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e9;

const processCpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const memory = () => {
  const status = readFileSync('/proc/self/status', 'utf8');
  return (field) => Number(status.match(new RegExp(`${field}:\\s+(\\d+)`))[1]);
};

async function run(verify, time) {
  const end = performance.now() + time * 1000;
  verifications = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      let began = performance.now();
      do {
        await verify();
        const now = performance.now();
        latencies[verifications++ % latencies.length] = now - began;
        began = now;
      } while (began < end);
    }),
  );
}

/** Until connections are made and the code is compiled: three seconds of CPU, which a busy machine gives late. */
async function warm(verify) {
  const end = performance.now() + 10_000;
  do await run(verify, 0.5);
  while (processCpu() < 3 && performance.now() < end);
}

/** Runs it and prints what it cost. */
async function told(name, work, p99 = 0.99) {
  const [began, cpu, main] = [performance.now(), processCpu(), mainThread()];
  await work();
  const result = {
    name,
    concurrency,
    verifications,
    seconds: (performance.now() - began) / 1000,
    cpu: processCpu() - cpu,
    main: mainThread() - main,
  };
  const kilobytes = memory();
  const sorted = latencies.slice(0, verifications).sort();
  result.p50_ms = sorted[Math.floor(0.5 * (sorted.length - 1))];
  result.p99_ms = sorted[Math.floor(p99 * (sorted.length - 1))];
  result.rss_kb = kilobytes('VmRSS');
  result.peak_kb = kilobytes('VmHWM');
  console.log(JSON.stringify(result));
}

export async function measure(name, verify) {
  await warm(verify);
  await told(name, () => run(verify, seconds));
}

/** CONCURRENCY verifications, cold; the 99th percentile is the last. */
export const once = (name, verify) => told(name, () => run(verify, 0), 1);
